package io.sallyport.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.bundle.BundleReader;
import io.sallyport.bundle.BundleReading;
import io.sallyport.bundle.format.Kinds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ShippedBundlesTest {

  @ParameterizedTest
  @ValueSource(strings = {"policy/bundles/demo", "policy/bundles/saas", "helm/sallyport/bundle"})
  void aBundleThatShipsIsGoodAndPassesItsOwnTests(String folder) {
    var reading = BundleReader.read(Path.of("..").resolve(folder));

    assertThat(reading)
        .as(reading::toString)
        .isInstanceOfSatisfying(
            BundleReading.Good.class,
            good -> {
              assertThat(good.tests().rulesPercent()).isEqualTo(100);
              assertThat(good.tests().routesPercent()).isEqualTo(100);
              var run = good.tests().run(good.bundle());
              assertThat(run.passed()).as(run::render).isTrue();
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"policy/bundles/demo", "policy/bundles/saas", "helm/sallyport/bundle"})
  void eachFileTellsEditorsOfTheSchemaOfItsKind(String folder) throws IOException {
    try (var files = Files.walk(Path.of("..").resolve(folder))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".yaml")).toList()) {
        var kind = file.resolveSibling(".").normalize().getFileName().toString();
        var hint = "# yaml-language-server: $schema=";

        assertThat(Files.readAllLines(file).getFirst()).startsWith(hint);
        assertThat(
                file.resolveSibling(Files.readAllLines(file).getFirst().substring(hint.length())))
            .exists()
            .hasFileName(Kinds.schemaName(kind));
      }
    }
  }
}
