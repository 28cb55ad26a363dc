package io.sallyport.fuzz;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What `loadtest/fuzz` begins with, and what once took long. Jazzer itself runs there, not here.
final class FuzzTargetsTest {
  @Test
  void everyFileThatIsKnownIsRead() throws IOException {
    for (Path folder : List.of(Path.of("bundles"), Path.of("src/test/resources/bundles"))) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(path -> path.toString().endsWith(".yaml")).toList()) {
          byte[] content = Files.readAllBytes(file);
          assertThatCode(() -> YamlTarget.fuzzerTestOneInput(content))
              .as(file.toString())
              .doesNotThrowAnyException();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "true",
        "'orders:read' in caller.scopes && request.query.tenant == caller.claims.tenant",
        "caller.scopes.all(a, caller.scopes.all(b, caller.scopes.all(c, a == b || b == c)))",
        "request.path.matches('(a+)+$')",
        "\"\\u0000\" == request.path",
        "[1, 2, 3].map(x, [x, x].map(y, [y, y])).size() > data.many",
        "((((((((((((((((((((((((((((((((((((((((true))))))))))))))))))))))))))))))))))))))))",
      })
  void everyRuleIsAnswered(String rule) {
    assertThatCode(() -> CelTarget.fuzzerTestOneInput(rule.getBytes(StandardCharsets.UTF_8)))
        .doesNotThrowAnyException();
  }
}
