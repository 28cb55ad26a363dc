package io.sallyport.bundle;

import io.sallyport.bundle.source.Place;
import io.sallyport.bundle.source.Problem;
import io.sallyport.identity.Caller;
import io.sallyport.policy.Reason;
import io.sallyport.policy.Rule;
import io.sallyport.policy.Tls;
import io.sallyport.routing.RouteTable;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A bundle's own tests: what it must answer, and how much of it they must reach.
///
/// @param callers callers by name, besides `anonymous`
/// @param authenticatedAgo how long before a request some of them were authenticated
/// @param rulesPercent share of rules that must have decided a test each way: by holding, and by
///   not holding. One that reads nothing always does the same, and needs only be asked
/// @param routesPercent share of routes that a test must have reached
public record BundleTests(
    List<TestCase> tests,
    Map<String, Caller> callers,
    Map<String, Duration> authenticatedAgo,
    int rulesPercent,
    int routesPercent) {

  private static final Comparator<TestCase> IN_ORDER =
      Comparator.comparing((TestCase test) -> test.place().file().path())
          .thenComparingInt(test -> test.place().offset());

  public BundleTests {
    tests = tests.stream().sorted(IN_ORDER).toList();
    callers = Map.copyOf(callers);
    authenticatedAgo = Map.copyOf(authenticatedAgo);
  }

  /// A caller who asks at this time; null when there is none of this name.
  public @Nullable Caller caller(String name, Instant time) {
    Caller caller = name.equals("anonymous") ? Caller.ANONYMOUS : callers.get(name);
    return caller == null ? null : authenticated(caller, authenticatedAgo.get(name), time);
  }

  /// The caller, authenticated so long before (`auth_time` of OpenID Connect Core 1.0 §2).
  static Caller authenticated(Caller caller, @Nullable Duration ago, Instant time) {
    if (ago == null || !(caller instanceof Caller.Identified who)) {
      return caller;
    }
    Map<String, Object> claims = new HashMap<>(who.claims());
    claims.put("auth_time", time.minus(ago).getEpochSecond());
    return who.withClaims(claims);
  }

  /// One test.
  public record TestCase(String name, Place place, Question question, Expectation expectation) {}

  /// What is asked.
  ///
  /// @param url absolute, `https://…`, as a client would send it
  /// @param headers by name in lower case; `upgrade: websocket` asks for a WebSocket
  /// @param port 0: not known
  /// @param bodySize -1: not known
  public record Question(
      Caller caller,
      String method,
      String url,
      Map<String, List<String>> headers,
      InetAddress source,
      int port,
      long bodySize,
      Tls tls,
      Instant time) {
    /// One that says no more than most do.
    public Question(
        Caller caller,
        String method,
        String url,
        Map<String, List<String>> headers,
        InetAddress source,
        Instant time) {
      this(caller, method, url, headers, source, 0, 0, Tls.UNKNOWN, time);
    }

    /// Where a request comes from when nobody says.
    public static final String DEFAULT_SOURCE = "198.51.100.7";

    /// When a request comes when nobody says.
    public static final Instant DEFAULT_TIME = Instant.parse("2026-01-01T12:00:00Z");

    private static final String SCHEME = "https://";

    public Question {
      headers = Map.copyOf(headers);
      if (!url.startsWith(SCHEME)) {
        throw new IllegalArgumentException("url: must start with https://");
      }
    }

    /// Why a bundle refuses it, as far as a bundle decides; empty when it is admitted. Pure; what a
    /// decision costs.
    public Optional<Reason> refusal(Bundle bundle) {
      return Ruling.on(this, bundle) instanceof Ruling.Refused refused
          ? Optional.of(refused.reason())
          : Optional.empty();
    }

    boolean asksForWebSocket() {
      return headers.getOrDefault("upgrade", List.of()).stream()
          .anyMatch(RouteTable.WEB_SOCKET::equalsIgnoreCase);
    }

    String authority() {
      return url.substring(SCHEME.length(), endOfAuthority());
    }

    /// As a client would send it: not made canonical, since that is what is tested.
    String target() {
      String rest = url.substring(endOfAuthority());
      return rest.startsWith("/") ? rest : '/' + rest;
    }

    private int endOfAuthority() {
      for (int i = SCHEME.length(); i < url.length(); i++) {
        if ("/?#".indexOf(url.charAt(i)) >= 0) {
          return i;
        }
      }
      return url.length();
    }
  }

  /// What must be answered; exactly one of `allow`, `deny` and `refuse` is there.
  ///
  /// @param status 0: any
  /// @param challenge `none`, `bearer` or an error code; null: any
  /// @param variables null: any
  /// @param identity what the backend is told; null: anything or nothing
  public record Expectation(
      @Nullable String allow,
      @Nullable String deny,
      @Nullable String refuse,
      @Nullable String route,
      int status,
      @Nullable String challenge,
      @Nullable Map<String, String> variables,
      @Nullable Told identity) {}

  /// What a backend is told of a caller.
  ///
  /// @param audience null: any
  /// @param claims null: any
  public record Told(@Nullable String audience, @Nullable Map<String, Object> claims) {}

  /// Runs every test. Pure; microseconds for each.
  public TestRun run(Bundle bundle) {
    List<TestRun.Result> results = new ArrayList<>();
    var decided = new RulesDecided();
    Set<String> routesSeen = new LinkedHashSet<>();
    for (TestCase test : tests) {
      Ruling ruling = Ruling.on(test.question(), bundle);
      results.add(
          new TestRun.Result(
              test.name(), test.place().file().path(), failure(test, ruling, bundle)));
      Comparison.to(ruling).ifPresent(to -> routesSeen.add(to.route().id()));
      decided.by(ruling);
    }
    Map<String, Rule> rules = new LinkedHashMap<>();
    Set<String> routes = new LinkedHashSet<>();
    for (Route route : bundle.routeList()) {
      routes.add(route.id());
      rules.putAll(RulesDecided.denying(route.policy()));
      rules.putAll(RulesDecided.allowing(route.policy()));
    }
    List<String> unreached = routes.stream().filter(id -> !routesSeen.contains(id)).toList();
    return new TestRun(
        results,
        new TestRun.Coverage(rules.size(), decided.missing(rules), rulesPercent),
        new TestRun.Coverage(routes.size(), unreached, routesPercent));
  }

  private static TestRun.@Nullable Failure failure(TestCase test, Ruling ruling, Bundle bundle) {
    String wrong = Comparison.of(test.expectation(), ruling);
    return wrong.isEmpty()
        ? null
        : new TestRun.Failure(
            Problem.at(test.place(), "'" + test.name() + "': " + wrong),
            Explainer.text(ruling, bundle));
  }
}
