package io.sallyport.policy.cel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CelExpressionsTest {
  private static final CelExpressions EXPRESSIONS =
      new CelExpressions(
          Map.of(
              "changeFreeze", new DataValue("bool", false),
              "blocked", new DataValue("list(cidr)", List.of())));

  private static List<Fault> faults(Compilation<?> compilation) {
    return switch (compilation) {
      case Compilation.Compiled<?> _ -> List.of();
      case Compilation.Faulty<?>(List<Fault> faults) -> faults;
    };
  }

  private static List<Fault> faults(String text) {
    return faults(EXPRESSIONS.condition(text, Set.of("id")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '"',
      value = {
        "'a' in calller.scopes # 7 # undeclared reference to 'calller'; did you mean 'caller'?",
        "caller.scops == [] # 7 # undefined field 'scops'; did you mean 'scopes'?",
        "request.methd == 'GET' # 8 # undefined field 'methd'; did you mean 'method'?",
        "data.chngeFreeze # 5 # no value of data is named 'chngeFreeze'; did you mean 'changeFreeze'?",
        "source.ip.witin(data.blocked) # 10 # undeclared reference to 'witin'; did you mean 'within'?",
        "sise(caller.scopes) == 1 # 0 # undeclared reference to 'sise'; did you mean 'size'?",
        "nobody.knows == 1 # 0 # undeclared reference to 'nobody'",
        "request.pathParameters.idd == '1' # 23 # not every route of this policy has a path variable 'idd'; did you mean 'id'?",
        "request.path + 1 == 'x' # 13 # '+' cannot be applied to (string, int)",
        "source.ip == '10.0.0.1' # 10 # '==' cannot be applied to (ip, string)",
        "source.ip.within('10.0.0.0/8') # 10 # 'within' cannot be applied to ip.(string)",
        "request.path # 0 # must be of type bool, but is string",
        "caller.claims.admin # 0 # must be of type bool, but is dyn",
        "caller.claims.a || caller.authenticated # 14 # neither true nor false as it stands; compare it, as in '… == true'",
        "!caller.claims.a # 15 # neither true nor false as it stands; compare it, as in '… == true'",
        "(caller.claims.a ? 1 : 2) == 1 # 15 # neither true nor false as it stands; compare it, as in '… == true'",
        "caller == caller # 0 # 'caller' is not a value; name one of its fields",
        "request.query == {} # 8 # request.query can only be asked for a name, as in request.query.x",
        "request.headers.exists(h, h == 'a') # 8 # request.headers can only be asked for a name, as in request.headers.x",
        "caller.claims == {} # 7 # caller.claims can only be asked for a name, as in caller.claims.x",
        "caller.claims.exists(c, true) # 7 # caller.claims can only be asked for a name, as in caller.claims.x",
        "size(request.pathParameters) == 1 # 13 # request.pathParameters can only be asked for a name, as in request.pathParameters.x",
        "caller.claims[request.path] == 1 # 22 # the name must be written as text: caller.claims['name']",
        "request.headers[request.path] == 'a' # 24 # the name must be written as text: request.headers['name']",
        "request.query.all(request.path) == [] # 26 # the name must be written as text: request.query['name']",
        "request.headers.authorization == 'x' # 16 # 'authorization' carries credentials, which no rule may read",
        "has(request.headers.cookie) # 20 # 'cookie' carries credentials, which no rule may read",
        "'proxy-authorization' in request.headers # 0 # 'proxy-authorization' carries credentials, which no rule may read",
        "request.headers['X-Tenant'] == 'a' # 16 # header names are written in lower case: 'x-tenant'",
        "request.pathParameters.all('id') == [] # 8 # all('name') is for request.query and request.headers",
        "request.path.matches(request.method) # 29 # a regular expression must be written in the rule itself",
        "request.path.matches('(') # 13 # 'matches' can never be evaluated: a function cannot take its argument",
        "timestamp('yesterday') < request.time # 0 # 'timestamp' can never be evaluated: a text is not in the format that a function needs",
        "['a'].exists(caller, true) # 0 # 'caller' is taken; choose another name",
        "request.path == # 15 # something is missing at the end",
        "request.path == 'x') # 19 # extraneous input ')'",
        "has(request.headers['x-a']) # 3 # has() takes a field, as in has(request.headers.accept); other names are asked with 'x-y' in request.headers",
        "request.path = 'x' # 13 # '=' is not an operator; did you mean '=='?",
        "sallyport.caller{kind: 'a'} == sallyport.caller{} # 16 # a message cannot be made here",
      })
  void aMistakeIsNamedWhereItStands(String text, int column, String message) {
    assertThat(faults(text)).contains(new Fault(1, column, message));
  }

  @Test
  void allMistakesAreNamedWithTheirLines() {
    assertThat(faults("\n  'a' in calller.scopes &&\n  caller.scops == []"))
        .containsExactly(
            new Fault(2, 9, "undeclared reference to 'calller'; did you mean 'caller'?"),
            new Fault(3, 9, "undefined field 'scops'; did you mean 'scopes'?"));
  }

  @Test
  void aKeyIsAString() {
    assertThat(faults(EXPRESSIONS.key("caller.client"))).isEmpty();
    assertThat(faults(EXPRESSIONS.key("string(caller.claims.tenant)"))).isEmpty();
    assertThat(faults(EXPRESSIONS.key("caller.claims.tenant")))
        .containsExactly(new Fault(1, 0, "must be of type string, but is dyn"));
  }

  @Test
  void aKeyThatIsAbsentOrEmptyIsNoKey() {
    CelKey key = ((Compilation.Compiled<CelKey>) EXPRESSIONS.key("request.query.k")).value();

    assertThat(key.evaluate(Asked.byAlice("/?k=a"))).isEqualTo("a");
    assertThat(key.evaluate(Asked.byAlice("/?k="))).isNull();
    assertThat(key.evaluate(Asked.byAlice("/"))).isNull();
    assertThat(key.evaluate(Asked.byAlice("/?k=a&k=b"))).isNull();
    assertThat(key.inputs()).containsExactly("request.query.k");
  }

  @Test
  void anExpressionThatIsTooLargeIsRefused() {
    assertThat(faults("request.path == '" + "a".repeat(CelExpressions.LONGEST_TEXT) + "'"))
        .hasSize(1);
    assertThat(faults("caller.authenticated" + " && true".repeat(CelExpressions.MOST_NODES)))
        .isNotEmpty();
    assertThat(faults("(".repeat(100) + "true" + ")".repeat(100))).isNotEmpty();
    assertThat(faults("[".repeat(5000))).isNotEmpty();
  }

  @Test
  void anEmptyExpressionIsRefused() {
    assertThat(faults("")).isNotEmpty();
    assertThat(faults("  ")).isNotEmpty();
  }

  @Test
  void compilesTheSameTextForTheSameVariablesOnce() {
    String text = "request.pathParameters.id == caller.subject";
    var once = EXPRESSIONS.condition(text, Set.of("id"));

    assertThat(EXPRESSIONS.condition(text, Set.of("id"))).isSameAs(once);
    assertThat(faults(once)).isEmpty();
    assertThat(faults(EXPRESSIONS.condition(text, Set.of("other")))).isNotEmpty();
  }
}
