package io.sallyport.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The command in a process of its own, against the demo in another. Needs what `mvn package` makes
/// of the gateway; it is made before this module in a build of everything.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class SteadyAgainstTheDemoTest {
  private static final Path HOME = Path.of("").toAbsolutePath().resolve("../..").normalize();
  private static final Path PRODUCT = HOME.resolve("gateway/target/dist/sallyport.jar");
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
  private static final Pattern BEARER = Pattern.compile("Bearer ([^']+)'");

  @TempDir Path folder;

  private @Nullable Process demo;
  private int port;

  @BeforeEach
  void startTheDemo() throws IOException {
    assumeTrue(Files.exists(PRODUCT), "the gateway is not packaged");
    var ports = freePorts(4);
    port = ports.getFirst();
    demo =
        java(
            folder.resolve("demo.out"),
            "-Dsallyport.home=" + HOME,
            "-cp",
            PRODUCT.toString(),
            "io.sallyport.Sallyport",
            "demo",
            "--state=" + folder.resolve("state"),
            "--https-port=" + port,
            "--http-port=0",
            "--management-port=" + ports.get(1),
            "--backend-port=" + ports.get(2),
            "--issuer-port=" + ports.get(3));
  }

  @AfterEach
  void endTheDemo() throws InterruptedException {
    if (demo != null) {
      demo.destroy();
      demo.waitFor();
    }
  }

  @Test
  void everyReadIsAnsweredAndAReportIsWritten() throws Exception {
    var token = Files.writeString(folder.resolve("token"), tokenOfTheDemo());
    var report = folder.resolve("report");
    var output = folder.resolve("scenario.out");

    var scenario =
        java(
            output,
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            ScenarioCommand.class.getName(),
            "steady",
            "--target=https://localhost:" + port,
            "--ca=" + folder.resolve("state/pki/ca.pem"),
            "--path=/orders?tenant=acme",
            "--token=" + token,
            "--duration=1s",
            "--p99=60000",
            "--out=" + report);

    assertThat(scenario.waitFor()).as(Files.readString(output)).isZero();
    assertThat(report.resolve("index.html")).exists();
    assertThat(report.resolve("summary.txt"))
        .content()
        .contains("answers by status: 200: 20", "HELD: every bound");
  }

  private String tokenOfTheDemo() throws Exception {
    var output = folder.resolve("demo.out");
    while (true) {
      var said = Files.readString(output);
      var bearer = BEARER.matcher(said);
      if (said.contains("audit log") && bearer.find()) {
        return bearer.group(1);
      }
      assertThat(demo).as(said).matches(Process::isAlive);
      Thread.sleep(20);
    }
  }

  private static Process java(Path output, String... arguments) throws IOException {
    var line = new ArrayList<String>();
    line.addAll(
        List.of(
            JAVA.toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    line.addAll(List.of(arguments));
    return new ProcessBuilder(line)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  /// Different ones, since all are held until the last is found.
  private static List<Integer> freePorts(int count) throws IOException {
    var held = new ArrayList<ServerSocket>();
    try {
      for (int i = 0; i < count; i++) {
        held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (var socket : held) {
        socket.close();
      }
    }
  }
}
