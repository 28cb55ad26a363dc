package io.sallyport.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.bundle.BundleReader;
import io.sallyport.bundle.BundleReading;
import io.sallyport.bundle.source.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every folder below `import/` is a case: an application, and in `expected.txt` the bundle that
/// comes of it and what was not carried over. `SALLYPORT_WRITE_EXPECTED=1` writes it anew.
final class SpringImportTest {
  private static final Path CASES = Path.of("src/test/resources/io/sallyport/spring/import");

  @ParameterizedTest
  @ValueSource(strings = {"native", "lost"})
  void isWhatIsExpectedAndLoads(String name) throws IOException {
    Path folder = CASES.resolve(name);
    var imported =
        SpringImport.of(
            "application.yml",
            Files.readString(folder.resolve("application.yml")),
            "api.example.com");

    String said = said(imported);
    Path expected = folder.resolve("expected.txt");
    if ("1".equals(System.getenv("SALLYPORT_WRITE_EXPECTED"))) {
      Files.writeString(expected, said);
    }
    assertThat(said).isEqualTo(Files.readString(expected));
    try (var lane = new SpringLane(null)) {
      assertThat(BundleReader.read(bytes(imported.files()), lane))
          .isInstanceOf(BundleReading.Good.class);
    }
  }

  @Test
  void nothingIsMadeOfAFileWithoutRoutes() {
    var imported = SpringImport.of("application.yml", "server: { port: 1 }", "api.example.com");

    assertThat(imported.files()).isEmpty();
    assertThat(imported.problems())
        .extracting(Problem::message)
        .containsExactly("no routes below spring.cloud.gateway");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[", "spring: { cloud: { gateway: { routes: [ 1, [], {} ] } } }", "- a"})
  void nothingThatIsNoApplicationBreaksIt(String text) {
    assertThat(SpringImport.of("application.yml", text, "api.example.com").problems()).isNotEmpty();
  }

  private static Map<String, byte[]> bytes(Map<String, String> files) {
    Map<String, byte[]> bytes = new TreeMap<>();
    files.forEach((path, text) -> bytes.put(path, text.getBytes(StandardCharsets.UTF_8)));
    return bytes;
  }

  private static String said(SpringImport.Imported imported) {
    String files =
        imported.files().entrySet().stream()
            .map(file -> "=== " + file.getKey() + '\n' + file.getValue())
            .collect(Collectors.joining());
    return files
        + "=== problems\n"
        + imported.problems().stream()
            .map(problem -> problem.render() + '\n')
            .collect(Collectors.joining());
  }
}
