package io.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.bundle.BundleReader;
import io.sallyport.bundle.BundleReading;
import io.sallyport.bundle.FilterCompiler;
import io.sallyport.spring.SpringLane;
import io.sallyport.testing.TestBundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every piece of YAML in the documentation loads. One that begins with `# path` is a file of the
/// page's bundle, which must be good, and pass its tests, after each of its files; one that begins
/// with `- id:` is a route.
final class DocumentedBundlesTest {
  private static final Path DOCS = Path.of("../docs");
  private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
  private static final Pattern FILE = Pattern.compile("# (\\S+\\.yaml)\n.*", Pattern.DOTALL);

  /// Built, with the jar that it needs, by `PluginsTest`.
  private static final Path NEEDS_A_JAR = DOCS.resolve("guides/filters-of-your-own.md");

  static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.walk(DOCS)) {
      List<Path> pages = new ArrayList<>();
      for (Path page : files.filter(file -> file.toString().endsWith(".md")).sorted().toList()) {
        if (BLOCK.matcher(Files.readString(page)).find() && !page.equals(NEEDS_A_JAR)) {
          pages.add(page);
        }
      }
      return pages;
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyPieceOfYamlLoads(Path page) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    Matcher blocks = BLOCK.matcher(Files.readString(page));
    try (var lane = new SpringLane(null)) {
      while (blocks.find()) {
        String block = blocks.group(1);
        Matcher file = FILE.matcher(block);
        if (file.matches()) {
          files.put(file.group(1), block.getBytes(StandardCharsets.UTF_8));
          loads(files, lane);
        } else {
          assertThat(block).startsWith("- id:");
          loads(asRoute(block), lane);
        }
      }
    }
  }

  private static void loads(Map<String, byte[]> files, FilterCompiler filters) {
    boolean whole =
        files.keySet().stream().anyMatch(path -> path.startsWith("routes/"))
            && files.keySet().stream().anyMatch(path -> path.startsWith("policies/"));
    if (whole
        && files.keySet().stream()
            .anyMatch(path -> path.startsWith("data/") || !needsData(files))) {
      assertThat(BundleReader.read(files, filters))
          .as(files.keySet().toString())
          .isInstanceOfSatisfying(
              BundleReading.Good.class,
              good -> {
                var run = good.tests().run(good.bundle());
                assertThat(run.passed()).as(run.render()).isTrue();
              });
    }
  }

  /// A page may show a file of data after the rules that read it.
  private static boolean needsData(Map<String, byte[]> files) {
    return files.values().stream()
        .anyMatch(text -> new String(text, StandardCharsets.UTF_8).contains("data."));
  }

  private static Map<String, byte[]> asRoute(String route) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    TestBundle.of(
            route
                .replace("policy: orders-read", "policy: readers")
                .replace("upstream: orders", "upstream: backend"),
            "127.0.0.1:1")
        .forEach(
            (path, text) ->
                files.put(
                    path,
                    text.replace("${issuer}", "https://id.example.com")
                        .getBytes(StandardCharsets.UTF_8)));
    return files;
  }
}
