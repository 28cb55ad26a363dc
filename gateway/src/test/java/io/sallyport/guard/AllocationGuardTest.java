package io.sallyport.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/// Holds what a request allocates. `-Dguard.record=true` records a new baseline.
final class AllocationGuardTest {
  private static final Path BASELINE =
      Path.of("src/test/resources/io/sallyport/guard/allocation.txt");
  private static final String PLANTED = "h1-get-planted";

  @TempDir static Path folder;

  private static Map<String, Long> measured = Map.of();
  private static long planted;

  @BeforeAll
  static void replay() throws Exception {
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-Xmx512m",
                "-Dio.netty.leakDetection.level=disabled",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                AllocationReplay.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(5, TimeUnit.MINUTES);
    process.destroyForcibly();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(ended && process.exitValue() == 0).as(text).isTrue();
    var all = new TreeMap<>(Baseline.parse(text).bytes());
    assertThat(all).as(text).containsKeys("h1-get", PLANTED);
    planted = bytes(all, PLANTED);
    all.remove(PLANTED);
    measured = all;
    if (Boolean.getBoolean("guard.record")) {
      Files.createDirectories(BASELINE.getParent());
      Files.writeString(BASELINE, new Baseline(measured).text());
    }
  }

  @Test
  void noRequestAllocatesATenthMoreThanItsBaseline(TestReporter reporter) throws Exception {
    var baseline = Baseline.parse(Files.readString(BASELINE));

    var complaints = baseline.complaints(measured);

    baseline.praises(measured).forEach(reporter::publishEntry);
    assertThat(complaints).isEmpty();
  }

  @Test
  void aHandlerThatWastesTwoKilobytesIsFound() {
    var honest = new Baseline(Map.of("h1-get", bytes(measured, "h1-get")));

    var complaints = honest.complaints(Map.of("h1-get", planted));

    assertThat(planted - bytes(measured, "h1-get"))
        .isCloseTo(AllocationReplay.PLANTED, within(64L));
    assertThat(complaints)
        .singleElement()
        .asString()
        .startsWith("h1-get: " + planted + " bytes a request, expected about ");
  }

  private static long bytes(Map<String, Long> counts, String name) {
    return counts.getOrDefault(name, 0L);
  }
}
