package io.sallyport.policy.cel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Two expressions are written out alike when, and only when, they mean the same: what would be
/// written alike and differ could be slipped past a reviewer.
final class CelTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          request.path == '\\n'                      ; request.path == '\\\\n'
          request.path == 'a"b'                      ; request.path == 'a\\\\"b'
          request.path == 'a\\\\'                    ; request.path == 'a\\\\\\\\'
          request.path == '\\t'                      ; request.path == '\\\\t'
          request.path == '\\u0001'                  ; request.path == '\\\\u0001'
          request.path == 'x'                        ; request.path == 'x '
          caller.claims.x == 1                       ; caller.claims.x == 1.0
          caller.claims.x == 1                       ; caller.claims.x == 1u
          caller.claims.x == 'a'                     ; caller.claims.x == b'a'
          caller.claims.x == b'a"'                   ; caller.claims.x == b'a\\\\"'
          caller.claims.x == b'\\xff'                ; caller.claims.x == b'\\xfe'
          caller.claims.x == -1                      ; caller.claims.x == 1
          caller.claims.x == 0.1                     ; caller.claims.x == 0.10000000000000002
          caller.claims.x == null                    ; caller.claims.x == 'null'
          caller.revoked && (caller.authenticated || false) ; (caller.revoked && caller.authenticated) || false
          !(caller.revoked && caller.authenticated)  ; !caller.revoked && caller.authenticated
          1 - (2 - caller.claims.x) == 3             ; 1 - 2 - caller.claims.x == 3
          6 / (2 * caller.claims.x) == 3             ; 6 / 2 * caller.claims.x == 3
          (caller.revoked ? caller.revoked : caller.authenticated) ? true : false ; caller.revoked ? caller.revoked : (caller.authenticated ? true : false)
          has(caller.claims.x) ; has(caller.claims.y)
          caller.scopes.exists(s, s == 'a')          ; caller.scopes.all(s, s == 'a')
          caller.scopes.exists(s, s == 'a')          ; caller.scopes.exists_one(s, s == 'a')
          caller.scopes.exists(s, has(caller.claims.x)) ; caller.scopes.exists(s, has(caller.claims.y))
          caller.claims.x == [1, 2]                  ; caller.claims.x == [2, 1]
          caller.claims.x == {'a': 1}                ; caller.claims.x == {'a': 2}
          caller.claims.x == [[1], 2]                ; caller.claims.x == [[1, 2]]
          request.headers['a.b'] == 'x'              ; request.headers['a_b'] == 'x'
          """)
  void whatMeansSomethingElseIsWrittenOtherwise(String one, String other) {
    assertThat(text(one)).isNotEqualTo(text(other));
  }

  private static String text(String expression) {
    return switch (new CelExpressions(Map.of()).condition(expression)) {
      case Compilation.Compiled<CelCondition>(CelCondition condition) -> condition.text();
      case Compilation.Faulty<CelCondition>(var faults) ->
          throw new AssertionError(expression + ": " + faults);
    };
  }
}
