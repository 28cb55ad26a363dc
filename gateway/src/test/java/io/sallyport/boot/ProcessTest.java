package io.sallyport.boot;

import static io.sallyport.boot.TestGateway.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.sallyport.Sallyport;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program as a process of its own: what it prints, and how it ends.
final class ProcessTest {
  private static final Pattern READY =
      Pattern.compile(
          "sallyport ready https://localhost:(\\d+) bundle [0-9a-f]{12} in \\d+\\.\\d s");

  @TempDir Path folder;

  @Test
  void aRequestUnderWayEndsWellWhenTheProcessIsToldToStop() throws Exception {
    var test = new TestGateway(folder);
    var arrived = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    backend.createContext(
        "/",
        exchange -> {
          arrived.countDown();
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    backend.start();
    test.bundle("one", backend.getAddress().getPort());
    var process = start(test.settings());
    try (var client = test.client();
        var output =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      var ready = READY.matcher(String.valueOf(output.readLine()));
      assertThat(ready.matches()).as(errors()).isTrue();
      int port = Integer.parseInt(ready.group(1));
      var slow = client.sendAsync(request(port, "/slow").build(), BodyHandlers.ofString());
      assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();

      process.toHandle().destroy(); // SIGTERM, and its output stays readable

      assertThat(process.waitFor(500, TimeUnit.MILLISECONDS)).isFalse();
      release.countDown();
      assertThat(slow.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(204);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(errors()).isZero();
      assertThat(output.readLine()).isNull();
      assertThat(test.audit()).contains("\"route\":\"slow\"");
    } finally {
      process.destroyForcibly();
      backend.stop(0);
    }
  }

  @Test
  void aSecondSignalEndsTheProcessAtOnceWhateverIsUnderWay() throws Exception {
    var test = new TestGateway(folder);
    test.bundle("one", 1);
    var process = start(test.settings("--sallyport.drain.delay=60s"));
    try (var output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(READY.matcher(String.valueOf(output.readLine())).matches()).as(errors()).isTrue();
      process.toHandle().destroy();
      assertThat(process.waitFor(300, TimeUnit.MILLISECONDS)).isFalse();

      process.toHandle().destroy();

      assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(1);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aMistakeIsOneLineOnStandardErrorAndExitCodeOne() throws Exception {
    var process = start(List.of("--sallyport.htps.port=1"));

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(process.getInputStream().readAllBytes()).isEmpty();
    assertThat(errors().lines())
        .containsExactly(
            "sallyport.htps.port: there is no such setting; did you mean 'sallyport.https.port'?");
  }

  private Process start(List<String> settings) throws Exception {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Sallyport.class.getName(),
                "run"));
    command.addAll(settings);
    return new ProcessBuilder(command).redirectError(folder.resolve("stderr").toFile()).start();
  }

  private String errors() throws Exception {
    return Files.readString(folder.resolve("stderr"));
  }
}
