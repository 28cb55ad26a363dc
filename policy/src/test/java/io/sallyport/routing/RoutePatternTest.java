package io.sallyport.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutePatternTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/a", "/a/", "/a/b", "/**", "/a/**", "/{x}", "/a/{x}/b/{y_2}/**", "/a%20b"})
  void aWellFormedPathHasNoProblem(String path) {
    assertThat(RoutePattern.check("api.example.com", path)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"api.example.com", "*.example.com", "localhost", "[::1]", "127.0.0.1"})
  void aWellFormedHostHasNoProblem(String host) {
    assertThat(RoutePattern.check(host, "/")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "a | path 'a' must start with '/'",
        "\"\" | path '' must start with '/'",
        "/a//b | path '/a//b' has an empty segment",
        "/**/a | '**' must be the last segment of path '/**/a'",
        "/a/* | segment '*' is neither a literal, nor '{name}', nor '**' at the end",
        "/a{x} | segment 'a{x}' is neither a literal, nor '{name}', nor '**' at the end",
        "/{} | segment '{}' is neither a literal, nor '{name}', nor '**' at the end",
        "/{x}/{x} | variable '{x}' comes twice in path '/{x}/{x}'",
        "/a/.. | segment '..' can never match: a dot segment is ambiguous",
        "/a;b | segment 'a;b' can never match: the character U+003B is ambiguous",
        "/a?b | segment 'a?b' can never match: the character U+003F is ambiguous",
        "/%41 | segment '%41' must be written 'A'",
        "/%c3%a9 | segment '%c3%a9' must be written '%C3%A9'",
        "/é | segment 'é' can never match: the character U+00E9 is ambiguous",
      })
  void aPathThatCouldNotMeanWhatItSaysIsAProblem(String path, String problem) {
    assertThat(RoutePattern.check("api.example.com", path)).containsExactly(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "API.example.com | host 'API.example.com' must be written 'api.example.com'",
        "a.example:443 | host 'a.example:443' must be written 'a.example'",
        "*.Example.com | host '*.Example.com' must be written '*.example.com'",
        "* | host '*' is neither a host name nor '*.' and a host name",
        "a.*.com | host 'a.*.com' is neither a host name nor '*.' and a host name",
        "a. | host 'a.' is neither a host name nor '*.' and a host name",
        "*.[::1] | host '*.[::1]' is neither a host name nor '*.' and a host name",
      })
  void aHostThatCouldNotMeanWhatItSaysIsAProblem(String host, String problem) {
    assertThat(RoutePattern.check(host, "/")).containsExactly(problem);
  }

  @Test
  void allProblemsAreReported() {
    assertThat(RoutePattern.check("A", "/a*/..")).hasSize(3);
  }

  @Test
  void aRewriteMayAskForThePathsVariables() {
    assertThat(RoutePattern.variables("/a/{x}/b/{y}/**")).containsExactly("x", "y", "**");
    assertThat(RoutePattern.variables("/a")).isEmpty();
  }
}
