package io.sallyport.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.sallyport.bundle.format.Kinds;
import io.sallyport.bundle.format.Shape;
import io.sallyport.bundle.format.Shapes;
import io.sallyport.bundle.source.Findings;
import io.sallyport.bundle.source.Problem;
import io.sallyport.bundle.source.SourceFile;
import io.sallyport.bundle.source.YamlReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever a file says, reading it answers; it never throws.
final class BundleReaderFuzzTest {
  private static final String NASTY =
      "{}[]:,&*!|>'\"%@`#-?~<\\\t\n\r\0 \u00e9\uD83D\uDE00é0129azAZ";
  private static final int ROUNDS = 60;

  @Test
  void aMutatedBundleIsAnsweredAndNeverThrows() {
    Map<String, byte[]> good =
        BundleFiles.read(Path.of("src/test/resources/bundles/good-orders"), new Findings()).files();
    List<String> paths = new ArrayList<>(good.keySet());
    Random random = new Random(20260101);
    int bad = 0;

    for (int round = 0; round < ROUNDS; round++) {
      Map<String, byte[]> mutated = new HashMap<>(good);
      String path = paths.get(random.nextInt(paths.size()));
      mutated.put(path, mutate(Objects.requireNonNull(good.get(path)).clone(), random));
      String label = path + " in round " + round;
      BundleReading[] reading = new BundleReading[1];
      assertThatCode(() -> reading[0] = BundleReader.read(mutated))
          .as(label)
          .doesNotThrowAnyException();
      switch (reading[0]) {
        case BundleReading.Bad(Problems problems) -> {
          assertThat(problems.render()).as(label).endsWith("nothing was loaded.\n");
          bad++;
        }
        case BundleReading.Good(Bundle bundle, BundleTests tests) ->
            assertThatCode(() -> tests.run(bundle)).as(label).doesNotThrowAnyException();
      }
    }

    assertThat(bad).isGreaterThan(ROUNDS / 2);
  }

  @Test
  void aMutatedFileIsHeldAgainstItsShapeAndNeverThrows() {
    Map<String, byte[]> good =
        BundleFiles.read(Path.of("src/test/resources/bundles/good-orders"), new Findings()).files();
    byte[] routes = Objects.requireNonNull(good.get("routes/orders.yaml"));
    Shape.Fields shape = Objects.requireNonNull(Kinds.files().get("routes"));
    Random random = new Random(20260102);

    for (int round = 0; round < 20 * ROUNDS; round++) {
      byte[] mutated = mutate(mutate(routes.clone(), random), random);
      Findings findings = new Findings();
      assertThatCode(
              () ->
                  SourceFile.decode("routes/orders.yaml", mutated, findings)
                      .flatMap(file -> YamlReader.read(file, findings))
                      .ifPresent(node -> Shapes.check(node, shape, "the file", findings)))
          .as("round %d", round)
          .doesNotThrowAnyException();
      assertThatCode(() -> findings.problems().forEach(Problem::render))
          .as("round %d", round)
          .doesNotThrowAnyException();
    }
  }

  private static byte[] mutate(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(5)) {
      case 0 -> bytes[at] = (byte) NASTY.charAt(random.nextInt(NASTY.length()));
      case 1 -> bytes[at] = (byte) random.nextInt(256);
      case 2 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 3 -> {
        int to = random.nextInt(bytes.length);
        int length = Math.min(random.nextInt(1, 60), bytes.length - Math.max(at, to));
        System.arraycopy(bytes, at, bytes, to, length);
      }
      default -> {
        int length = Math.min(random.nextInt(1, 40), bytes.length - at);
        byte[] without = new byte[bytes.length - length];
        System.arraycopy(bytes, 0, without, 0, at);
        System.arraycopy(bytes, at + length, without, at, bytes.length - at - length);
        return without;
      }
    }
    return bytes;
  }
}
