package io.sallyport.policy.cel;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.identity.Caller;
import io.sallyport.policy.AccessRequest;
import io.sallyport.policy.Condition.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CelConditionTest {
  private static final CelExpressions EXPRESSIONS =
      new CelExpressions(
          Map.of(
              "blocked", new DataValue("list(cidr)", List.of("192.0.2.0/24", "198.51.100.0/28")),
              "office", new DataValue("cidr", "203.0.113.0/24"),
              "changeFreeze", new DataValue("bool", false),
              "tenants", new DataValue("list(string)", List.of("t1", "t2")),
              "none", new DataValue("list(string)", List.of()),
              "limit", new DataValue("int", 7L),
              "share", new DataValue("double", 0.5),
              "name", new DataValue("string", "x"),
              "regions", new DataValue("map(string, string)", Map.of("t1", "eu"))));

  private static CelCondition condition(String text) {
    return switch (EXPRESSIONS.condition(text, Set.of("id", "**"))) {
      case Compilation.Compiled<CelCondition>(CelCondition condition) -> condition;
      case Compilation.Faulty<CelCondition>(List<Fault> faults) -> throw new AssertionError(faults);
    };
  }

  private static Outcome test(String text, AccessRequest request) {
    return condition(text).test(request);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "request.method == 'GET'",
        "request.host == 'api.example.com'",
        "request.path == '/orders'",
        "request.path.startsWith('/orders')",
        "request.query.tenant == 't1'",
        "request.query['tenant'] == 't1'",
        "request.query.all('twice') == ['1', '2']",
        "request.query.all('absent') == []",
        "has(request.query.tenant)",
        "!has(request.query.absent)",
        "has(request.query.twice)",
        "'tenant' in request.query",
        "!('absent' in request.query)",
        "request.headers.accept == 'text/html'",
        "request.headers['x-tenant'] == 't1'",
        "request.headers.all('via') == ['a', 'b']",
        "has(request.headers.accept)",
        "!('dnt' in request.headers)",
        "request.pathParameters.id == '42'",
        "request.pathParameters['**'] == 'a/b'",
        "request.time > timestamp('2026-01-01T00:00:00Z')",
        "request.time.getHours() == 22",
        "request.time.getHours('Europe/Zurich') == 23",
        "route.id == 'orders-read'",
        "request.bodySize == 12",
        "has(request.bodySize) && request.bodySize < 1024",
        "source.port == 40000",
        "tls.version == 'TLSv1.3'",
        "tls.suite.startsWith('TLS_AES_')",
        "tls.serverName == request.host",
        "!has(tls.group)",
        "source.ip.within(data.blocked)",
        "!source.ip.within(data.office)",
        "caller.kind == 'jwt'",
        "caller.identity == 'corporate'",
        "caller.authenticated",
        "!caller.revoked",
        "'orders:read' in caller.scopes",
        "!('orders:write' in caller.scopes)",
        "'staff' in caller.groups && 'reader' in caller.roles",
        "caller.scopes.exists(s, s.startsWith('orders:'))",
        "caller.scopes.all(s, s.startsWith('orders:'))",
        "size(caller.scopes) == 2",
        "caller.scopes.filter(s, s.endsWith('list')) == ['orders:list']",
        "caller.subject == 'alice' && caller.client == 'web'",
        "caller.issuer == 'https://id.example.com'",
        "!has(caller.spiffe)",
        "has(caller.acr) && caller.acr == 'urn:example:mfa'",
        "'otp' in caller.amr",
        "caller.claims.tenant == 't1'",
        "caller.claims['tenant'] == request.query.tenant",
        "has(caller.claims.tenant) && !has(caller.claims.absent)",
        "caller.claims.level > 2",
        "caller.claims.level == 3.0",
        "caller.claims.admin == true",
        "'a' in caller.claims.teams",
        "caller.claims.address.city == 'Bern'",
        "'tenant' in caller.claims",
        "!data.changeFreeze",
        "request.query.tenant in data.tenants",
        "data.limit + 1 == 8 && data.share < 1.0 && data.name == 'x'",
        "data.regions[caller.claims.tenant] == 'eu'",
        "size(data.none) == 0",
        "request.path.matches('^/[a-z]+$')",
        "string(caller.claims.level) == '3'",
        "caller.claims.absent == 1 || caller.authenticated",
      })
  void holds(String text) {
    Asked request =
        Asked.byAlice("/orders?tenant=t1&twice=1&twice=2")
            .with(
                Map.of(
                    "accept", List.of("text/html"),
                    "x-tenant", List.of("t1"),
                    "via", List.of("a", "b")))
            .matched(Map.of("id", "42", "**", "a/b"));

    assertThat(test(text, request)).isEqualTo(Outcome.HOLDS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "caller.kind == 'anonymous'",
        "!caller.authenticated",
        "!caller.revoked",
        "caller.scopes == [] && caller.groups == [] && caller.roles == []",
        "!has(caller.subject) && !has(caller.client) && !has(caller.issuer)",
        "!has(caller.identity) && !has(caller.spiffe) && !has(caller.acr) && !has(caller.amr)",
        "!has(caller.claims.tenant)",
      })
  void holdsOfAnAnonymousCaller(String text) {
    assertThat(test(text, Asked.by(Caller.ANONYMOUS, "/"))).isEqualTo(Outcome.HOLDS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '"',
      value = {
        "request.query.twice == '1' # request.query.twice came more than once",
        "request.query['twice'] == '1' # request.query.twice came more than once",
        "request.query.absent == '1' # request.query.absent is absent",
        "request.query['absent'] == '1' # a field or key is absent",
        "request.query.plus == 'a b' # request.query.plus has a '+', which has two meanings",
        "request.query.all('plus') == [] # request.query.plus has a '+', which has two meanings",
        "request.headers.via == 'a' # request.headers.via came more than once",
        "request.headers['dnt'] == '1' # a field or key is absent",
        "caller.spiffe.startsWith('x') # caller.spiffe is absent",
        "caller.claims.absent == 1 # caller.claims.absent is absent",
        "caller.claims.tenant.absent == 1 # a field or key is absent",
        "caller.claims.tenant > 3 # a function cannot take an argument of this type",
        "caller.scopes[9] == '' # an index is out of bounds",
        "1 / (size(caller.scopes) - 2) == 1 # a division by zero",
        "int(caller.claims.tenant) == 1 # a text is not in the format that a function needs",
        "timestamp(request.query.secret) > request.time # a text is not in the format that a function needs",
        "'twice' in request.query # request.query.twice came more than once",
      })
  void anErrorIsNeitherTrueNorFalseAndRepeatsNoValue(String text, String why) {
    Asked request =
        Asked.byAlice("/orders?twice=1&twice=2&plus=a+b&secret=hunter2")
            .with(Map.of("via", List.of("a", "b")));

    assertThat(test(text, request)).isEqualTo(new Outcome.Failed(why));
  }

  @Test
  void anErrorInTheRequestsOwnViewIsAnErrorOfTheRule() {
    Asked broken = Asked.byAlice("/");
    AccessRequest throwing =
        new Asked(
            broken.caller(),
            broken.target(),
            _ -> {
              throw new IllegalStateException("Bearer secret");
            },
            Map.of());

    assertThat(test("request.headers.accept == 'x'", throwing))
        .isInstanceOfSatisfying(
            Outcome.Failed.class, failed -> assertThat(failed.why()).doesNotContain("secret"));
  }

  @Test
  void iterationsAreBounded() {
    String nested =
        "caller.claims.teams.all(a, caller.claims.teams.all(b, caller.claims.teams.all(c, a != 'z')))";
    Map<String, Object> claims = Map.of("teams", List.of("abcdefghijkl".split("")));
    Caller.Identified alice = (Caller.Identified) Asked.ALICE;
    Caller many =
        new Caller.Identified(
            "corporate",
            "jwt",
            "alice",
            null,
            null,
            null,
            null,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            alice.revoked(),
            claims);

    assertThat(test(nested, Asked.by(many, "/")))
        .isEqualTo(new Outcome.Failed("more iterations than a rule may take"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '"',
      value = {
        "true # true",
        "1 == 2 # false",
        "'a' == 'a' && !false # true",
        "caller.authenticated && false # false",
        "'a' in ['a', 'b'] # true",
        "[1, 2].exists(x, x == 3) # false",
      })
  void aConditionThatNobodyCanChangeIsConstant(String text, boolean value) {
    assertThat(condition(text).constant()).contains(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "caller.authenticated",
        "data.changeFreeze",
        "source.ip.within(data.blocked)",
        "has(caller.spiffe)",
        "has(request.query.x)",
        "request.query.all('x') == []",
      })
  void anythingElseIsNot(String text) {
    assertThat(condition(text).constant()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '"',
      value = {
        "request.query.tenant == caller.claims.tenant # caller.claims.tenant,request.query.tenant",
        "caller.claims.address.city == 'Bern' # caller.claims.address",
        "caller.claims['https://a.b/c'] == 1 # caller.claims.https://a.b/c",
        "has(caller.spiffe) # caller.spiffe",
        "has(request.headers.dnt) # request.headers.dnt",
        "'x' in request.query || request.query.all('y') == [] # request.query.x,request.query.y",
        "source.ip.within(data.blocked) && data.changeFreeze # data.blocked,data.changeFreeze,source.ip",
        "caller.scopes.exists(s, s == request.method) # caller.scopes,request.method",
        "request.pathParameters.id == route.id # request.pathParameters.id,route.id",
        "true # ''",
      })
  void whatItReadsIsKnownAtLoad(String text, String inputs) {
    Set<String> expected = inputs.equals("''") ? Set.of() : Set.of(inputs.split(","));
    assertThat(condition(text).inputs()).isEqualTo(expected);
  }

  @Test
  void explainsEachPartAsItIsWritten() {
    assertThat(
            condition(
                    "('orders:read' in caller.scopes) &&\n  (request.query.tenant == caller.claims.tenant || request.path == ')')")
                .explain(Asked.byAlice("/orders?tenant=t2")))
        .containsExactly(
            new Term("('orders:read' in caller.scopes)", "true"),
            new Term("request.query.tenant == caller.claims.tenant", "false   (\"t2\", \"t1\")"),
            new Term("request.path == ')'", "false   (\"/orders\")"));
  }

  @Test
  void explainsNoPartAfterTheOneThatSettlesIt() {
    assertThat(
            condition("has(caller.spiffe) && caller.spiffe.startsWith('spiffe://')")
                .explain(Asked.byAlice("/")))
        .containsExactly(new Term("has(caller.spiffe)", "false"));
  }

  @Test
  void explainsAConditionOfOnePartByWhatItIsComputedFrom() {
    assertThat(condition("source.ip.within(data.blocked)").explain(Asked.byAlice("/")))
        .containsExactly(new Term("source.ip", "198.51.100.7"));
    assertThat(condition("caller.revoked").explain(Asked.byAlice("/"))).isEmpty();
    assertThat(condition("request.query.tenant == 't1'").explain(Asked.byAlice("/")))
        .containsExactly(
            new Term(
                "request.query.tenant == 't1'",
                "error: request.query.tenant is absent   (error: request.query.tenant is absent)"));
  }
}
