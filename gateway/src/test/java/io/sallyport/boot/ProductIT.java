package io.sallyport.boot;

import static io.sallyport.boot.TestGateway.get;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// What was packaged, started by the launcher in a distribution without sources: whether the JVM
/// starts from what the rehearsal taught it, and what happens where it cannot.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
final class ProductIT {
  private static final Pattern READY =
      Pattern.compile("sallyport ready https://localhost:(\\d+) bundle .*");

  /// With it a JVM that cannot use the cache does not start.
  private static final String ONLY_FROM_THE_CACHE = "-XX:AOTMode=on";

  /// The cache was made with compact headers, and holds for no others.
  private static final String OTHER_HEADERS = "-XX:-UseCompactObjectHeaders";

  @TempDir Path folder;

  private Path home;
  private TestGateway test;

  @BeforeEach
  void aDistribution() throws Exception {
    home = Files.createDirectories(folder.resolve("home"));
    Files.copy(
        Path.of("..", "sallyport"), home.resolve("sallyport"), StandardCopyOption.COPY_ATTRIBUTES);
    var target = Files.createDirectories(home.resolve("gateway/target"));
    Files.createSymbolicLink(
        target.resolve("dist"), Path.of("target", "dist").toAbsolutePath().normalize());
    test = new TestGateway(folder);
    test.bundle("one", 1);
  }

  @Test
  void aGatewayStartsFromWhatTheRehearsalTaught() throws Exception {
    var gateway = start(ONLY_FROM_THE_CACHE);
    try (var client = test.client();
        var output = output(gateway)) {
      var ready = READY.matcher(String.valueOf(output.readLine()));
      assertThat(ready.matches()).as(errors()).isTrue();

      var answer = get(client, Integer.parseInt(ready.group(1)), "/hello");

      assertThat(answer.body()).isEqualTo("one");
      gateway.toHandle().destroy();
      assertThat(gateway.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(gateway.exitValue()).as(errors()).isZero();
      assertThat(errors()).doesNotContain("[aot]");
    } finally {
      gateway.destroyForcibly();
    }
  }

  @Test
  void whatWasTaughtToAnotherJvmIsNotUsedByMistake() throws Exception {
    var gateway = start(ONLY_FROM_THE_CACHE + " " + OTHER_HEADERS);
    try {
      assertThat(gateway.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(gateway.exitValue()).isEqualTo(1);
    } finally {
      gateway.destroyForcibly();
    }
  }

  @Test
  void withoutAUsableCacheAGatewayStartsAllTheSameAndSaysItOnStandardError() throws Exception {
    var gateway = start(OTHER_HEADERS);
    try (var output = output(gateway)) {
      assertThat(READY.matcher(String.valueOf(output.readLine())).matches()).as(errors()).isTrue();

      assertThat(errors()).contains("Unable to use AOT cache");
    } finally {
      gateway.destroyForcibly();
    }
  }

  private Process start(String javaOptions) throws Exception {
    var command = new ArrayList<>(List.of(home.resolve("sallyport").toString(), "run"));
    command.addAll(test.settings());
    var builder = new ProcessBuilder(command).redirectError(folder.resolve("stderr").toFile());
    builder.environment().put("SALLYPORT_JAVA_OPTS", javaOptions);
    return builder.start();
  }

  private static BufferedReader output(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private String errors() throws Exception {
    return Files.readString(folder.resolve("stderr"));
  }
}
