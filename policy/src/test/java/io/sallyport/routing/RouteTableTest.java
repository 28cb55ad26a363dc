package io.sallyport.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {
  private static final String HOST = "api.example.com";

  private static RouteTable.Entry<String> route(String path, String... methods) {
    return at(HOST, path, methods);
  }

  private static RouteTable.Entry<String> at(String host, String path, String... methods) {
    String id = host + path + List.of(methods);
    return new RouteTable.Entry<>(id, host, path, Set.of(methods), path);
  }

  @SafeVarargs
  @SuppressWarnings("varargs") // List.of copies, nothing else holds the array
  private static RouteTable<String> table(RouteTable.Entry<String>... entries) {
    return built(List.of(entries));
  }

  private static RouteTable<String> built(List<RouteTable.Entry<String>> entries) {
    return switch (RouteTable.build(entries)) {
      case RouteTable.Built<String>(var table) -> table;
      case RouteTable.Conflicting<String>(var conflicts) -> throw new AssertionError(conflicts);
    };
  }

  @SafeVarargs
  @SuppressWarnings("varargs") // List.of copies, nothing else holds the array
  private static List<RouteTable.Conflict> conflicts(RouteTable.Entry<String>... entries) {
    return switch (RouteTable.build(List.of(entries))) {
      case RouteTable.Built<String> _ -> List.of();
      case RouteTable.Conflicting<String>(var conflicts) -> conflicts;
    };
  }

  private static RouteMatch<String> lookup(
      RouteTable<String> table, String method, String host, String path) {
    return table.lookup(new RequestTarget(method, host, path, Query.NONE), false);
  }

  private static RouteMatch<String> get(RouteTable<String> table, String path) {
    return lookup(table, "GET", HOST, path);
  }

  private static RouteMatch<String> found(String route) {
    return new RouteMatch.Found<>(route, Map.of());
  }

  @ParameterizedTest
  @CsvSource({"/a", "/a/", "/a/b", "/a/b/c", "/a/b/"})
  void aRestMatchesThePathItselfAndEverythingBelow(String path) {
    assertThat(get(table(route("/a/**")), path)).isInstanceOf(RouteMatch.Found.class);
  }

  @ParameterizedTest
  @CsvSource({"/", "/ab", "/A", "/b/a"})
  void aRestMatchesNothingElse(String path) {
    assertThat(get(table(route("/a/**")), path)).isEqualTo(new RouteMatch.NoRoute<>());
  }

  @ParameterizedTest
  @CsvSource({
    "/a/**, /a, ''",
    "/a/**, /a/, ''",
    "/a/**, /a/b, b",
    "/a/**, /a/b/c/, b/c/",
    "/**, /, ''",
    "/**, /x/y, x/y",
  })
  void theRemainderHasNoLeadingSlash(String pattern, String path, String remainder) {
    assertThat(get(table(route(pattern)), path))
        .isEqualTo(new RouteMatch.Found<>(pattern, Map.of("**", remainder)));
  }

  @Test
  void variablesAreWhatTheCanonicalPathHas() {
    assertThat(get(table(route("/t/{tenant}/o/{order}/**")), "/t/a%20b/o/7/x/y"))
        .isEqualTo(
            new RouteMatch.Found<>(
                "/t/{tenant}/o/{order}/**", Map.of("tenant", "a%20b", "order", "7", "**", "x/y")));
  }

  @Test
  void aVariableIsNeverEmpty() {
    assertThat(get(table(route("/a/{x}")), "/a/")).isEqualTo(new RouteMatch.NoRoute<>());
  }

  @Test
  void aTrailingSlashMakesAnotherPath() {
    RouteTable<String> table = table(route("/a"), route("/b/"));

    assertThat(get(table, "/a")).isEqualTo(found("/a"));
    assertThat(get(table, "/a/")).isEqualTo(new RouteMatch.NoRoute<>());
    assertThat(get(table, "/b")).isEqualTo(new RouteMatch.NoRoute<>());
    assertThat(get(table, "/b/")).isEqualTo(found("/b/"));
  }

  @ParameterizedTest
  @CsvSource({
    "/a, /a",
    "/a/, /a/**",
    "/a/b, /a/b",
    "/a/c, /a/{x}",
    "/a/b/c, /a/**",
    "/a/b/d, /a/b/d",
    "/q/b/d, /{x}/b/{y}",
    "/q/c, /**",
    "/a/c/d, /a/**",
  })
  void theMostSpecificPathWins(String path, String pattern) {
    RouteTable<String> table =
        table(
            route("/**"),
            route("/{x}/b/{y}"),
            route("/a/**"),
            route("/a/{x}"),
            route("/a/b"),
            route("/a/b/d"),
            route("/a"));

    assertThat(((RouteMatch.Found<String>) get(table, path)).route()).isEqualTo(pattern);
  }

  @Test
  void aSearchComesBackFromALiteralThatLedNowhere() {
    RouteTable<String> table = table(route("/a/b/c"), route("/{x}/b/d"), route("/a/{y}/e"));

    assertThat(((RouteMatch.Found<String>) get(table, "/a/b/d")).route()).isEqualTo("/{x}/b/d");
    assertThat(((RouteMatch.Found<String>) get(table, "/a/b/e")).route()).isEqualTo("/a/{y}/e");
  }

  @Test
  void theMethodSelectsAmongTheRoutesOfOnePathOnly() {
    RouteTable<String> table =
        table(route("/a", "GET"), route("/a", "PUT", "DELETE"), route("/**"));

    assertThat(lookup(table, "DELETE", HOST, "/a")).isEqualTo(found("/a"));
    assertThat(lookup(table, "POST", HOST, "/a"))
        .isEqualTo(new RouteMatch.MethodNotAllowed<>(Set.of("GET", "PUT", "DELETE")));
  }

  @Test
  void everyMethodIsEveryMethodButTrace() {
    RouteTable<String> table = table(route("/a"));

    assertThat(lookup(table, "PURGE", HOST, "/a")).isEqualTo(found("/a"));
    assertThat(lookup(table, "TRACE", HOST, "/a"))
        .isEqualTo(
            new RouteMatch.MethodNotAllowed<>(
                Set.of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")));
  }

  @Test
  void getDoesNotBringHeadAndMethodsAreCaseSensitive() {
    RouteTable<String> table = table(route("/a", "GET"));

    assertThat(lookup(table, "HEAD", HOST, "/a")).isInstanceOf(RouteMatch.MethodNotAllowed.class);
    assertThat(lookup(table, "get", HOST, "/a")).isInstanceOf(RouteMatch.MethodNotAllowed.class);
  }

  @Test
  void anExactHostComesBeforeAWildcardAndNeverFallsBackToIt() {
    RouteTable<String> table =
        table(at("api.example.com", "/a"), at("*.example.com", "/b"), at("*.example.com", "/a"));

    assertThat(lookup(table, "GET", "api.example.com", "/b")).isEqualTo(new RouteMatch.NoRoute<>());
    assertThat(lookup(table, "GET", "www.example.com", "/b")).isEqualTo(found("/b"));
  }

  @ParameterizedTest
  @CsvSource({
    "www.example.com, true",
    "example.com, false",
    "a.b.example.com, false",
    "wwwexample.com, false",
    ".example.com, false",
    "com, false",
    "example.org, false",
  })
  void aWildcardStandsForExactlyOneLabel(String host, boolean known) {
    assertThat(table(at("*.example.com", "/")).knows(host)).isEqualTo(known);
  }

  @Test
  void anUnknownHostIsNotAnUnknownPath() {
    assertThat(lookup(table(route("/a")), "GET", "other.example.com", "/a"))
        .isEqualTo(new RouteMatch.UnknownHost<>());
  }

  @Test
  void aWishForAWebSocketSelectsAmongTheRoutesOfOnePath() {
    RouteTable<String> table =
        table(
            new RouteTable.Entry<>(
                "socket", HOST, "/chat", Set.of(RouteTable.WEB_SOCKET), "socket"),
            new RouteTable.Entry<>("page", HOST, "/chat", Set.of("POST"), "page"),
            new RouteTable.Entry<>("plain", HOST, "/plain", Set.of(), "plain"));

    assertThat(asking(table, "GET", "/chat")).isEqualTo(found("socket"));
    assertThat(lookup(table, "GET", HOST, "/chat")).isEqualTo(new RouteMatch.UpgradeRequired<>());
    assertThat(asking(table, "POST", "/chat")).isEqualTo(found("page"));
    assertThat(asking(table, "PUT", "/chat"))
        .isEqualTo(new RouteMatch.MethodNotAllowed<>(Set.of("GET", "POST")));
    assertThat(asking(table, "GET", "/plain")).isEqualTo(found("plain"));
    // No method is called so on the wire either.
    assertThat(lookup(table, RouteTable.WEB_SOCKET, HOST, "/chat"))
        .isInstanceOf(RouteMatch.MethodNotAllowed.class);
    assertThat(lookup(table, RouteTable.WEB_SOCKET, HOST, "/plain"))
        .isInstanceOf(RouteMatch.MethodNotAllowed.class);
  }

  @Test
  void aRouteForWebSocketsIsBesideOneForEveryMethod() {
    var socket =
        new RouteTable.Entry<>("socket", HOST, "/chat", Set.of(RouteTable.WEB_SOCKET), "socket");
    var every = new RouteTable.Entry<>("every", HOST, "/chat", Set.<String>of(), "every");

    assertThat(asking(table(every, socket), "GET", "/chat")).isEqualTo(found("socket"));
    assertThat(get(table(socket, every), "/chat")).isEqualTo(found("every"));
    assertThat(conflicts(socket, socket)).hasSize(1);
  }

  private static RouteMatch<String> asking(RouteTable<String> table, String method, String path) {
    return table.lookup(new RequestTarget(method, HOST, path, Query.NONE), true);
  }

  @Test
  void anEmptyTableKnowsNoHost() {
    assertThat(get(table(), "/")).isEqualTo(new RouteMatch.UnknownHost<>());
  }

  @Test
  void everyConflictIsReported() {
    assertThat(
            conflicts(
                route("/a", "GET"),
                route("/a", "GET", "PUT"),
                route("/b/{x}"),
                route("/b/{y}", "PUT"),
                route("/c/**", "GET"),
                route("/c/**"),
                route("/d", "GET"),
                route("/d", "PUT")))
        .containsExactly(
            new RouteTable.Conflict(
                HOST + "/a[GET]", HOST + "/a[GET, PUT]", "both match GET of " + HOST + "/a"),
            new RouteTable.Conflict(
                HOST + "/b/{x}[]", HOST + "/b/{y}[PUT]", "both match PUT of " + HOST + "/b/{y}"),
            new RouteTable.Conflict(
                HOST + "/c/**[GET]", HOST + "/c/**[]", "both match GET of " + HOST + "/c/**"));
  }

  @Test
  void aBadPatternIsNeverBuilt() {
    assertThatThrownBy(() -> table(route("/a/../b"))).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLookupAmongTenThousandRoutesTakesAsManyStepsAsAmongTen() {
    assertThat(tableOf(10_000).mostSteps()).isEqualTo(tableOf(10).mostSteps()).isLessThan(10);
  }

  private static RouteTable<String> tableOf(int routes) {
    List<RouteTable.Entry<String>> entries = new ArrayList<>();
    for (int i = 0; i < routes; i++) {
      entries.add(route("/service-" + i + "/{id}/orders/**", "GET"));
    }
    RouteTable<String> table = built(entries);
    assertThat(get(table, "/service-7/1/orders/2")).isInstanceOf(RouteMatch.Found.class);
    return table;
  }

  @Test
  void routesThatWouldMakeALookupExpensiveAreRefused() {
    List<RouteTable.Entry<String>> entries = new ArrayList<>();
    for (int shape = 0; shape < 1 << 12; shape++) {
      StringBuilder path = new StringBuilder();
      for (int segment = 0; segment < 12; segment++) {
        path.append((shape >> segment & 1) == 0 ? "/a" : "/{v" + segment + '}');
      }
      entries.add(route(path.toString()));
    }

    assertThat(RouteTable.build(entries))
        .isInstanceOfSatisfying(
            RouteTable.Conflicting.class,
            conflicting ->
                assertThat(conflicting.conflicts().toString()).contains("more than 1024 steps"));
  }
}
