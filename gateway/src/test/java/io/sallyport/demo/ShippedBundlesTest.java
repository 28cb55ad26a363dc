package io.sallyport.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.bundle.BundleReader;
import io.sallyport.bundle.BundleReading;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ShippedBundlesTest {

  @ParameterizedTest
  @ValueSource(strings = {"policy/bundles/demo", "helm/sallyport/bundle"})
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
}
