package io.sallyport.boot;

import static io.sallyport.boot.TestGateway.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.admin.ManagementToken;
import io.sallyport.demo.Demo;
import io.sallyport.demo.DemoSettings;
import io.sallyport.demo.RunningDemo;
import io.sallyport.demo.RunningDemo.ZoneWish;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a newcomer does: start the demo, paste its commands, take a zone down, end it.
final class DemoFromEndToEndTest {
  private static final Path SHIPPED = Path.of("..", "policy", "bundles", "demo");

  @TempDir Path folder;

  @Test
  void whatTheWelcomeSaysIsTrueAndAZoneThatIsDownFailsNobody() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "curl is installed");
    var ports = freePorts(5);
    var settings =
        new DemoSettings(
            folder, SHIPPED, ports.get(0), ports.get(1), ports.get(2), ports.get(3), ports.get(4));
    var operator = ManagementToken.make();
    try (var demo =
        Demo.start(
            settings,
            new Demo.OperatorToken(operator.token(), operator.hash()),
            properties -> GatewayApplication.start(properties)::close)) {
      var commands =
          demo.welcome()
              .lines()
              .map(String::strip)
              .filter(line -> line.startsWith("curl"))
              .toList();
      assertThat(commands).hasSize(4);
      assertThat(pasted(commands.get(0))).contains("\"zone\":\"a\"", "alice").endsWith("200");
      assertThat(pasted(commands.get(1)))
          .contains("urn:sallyport:problem:forbidden")
          .endsWith("403");
      assertThat(pasted(commands.get(2))).endsWith("401");
      assertThat(pasted(commands.get(3))).contains("sallyport_requests_total").endsWith("200");

      // The zone that the gateway itself is in, so that every request must go elsewhere.
      assertThat(new RunningDemo(folder).zone("a", ZoneWish.DOWN)).contains("down");
      for (int i = 0; i < 20; i++) {
        assertThat(pasted(commands.get(0))).doesNotContain("\"zone\":\"a\"").endsWith("200");
      }
      var audit = folder.resolve("audit.jsonl");
      until(() -> answered(audit, 200) == 21);
      assertThat(answered(audit, 403)).isEqualTo(1);
      assertThat(answered(audit, 401)).isEqualTo(1);
    }
    assertThatThrownBy(() -> connect(settings.httpsPort())).isInstanceOf(ConnectException.class);
  }

  /// What a shell says to a command: the body of the answer, and its status.
  private static String pasted(String command) throws Exception {
    var shell =
        new ProcessBuilder("/bin/sh", "-c", command + " -sS -m 10 -w '%{http_code}'")
            .redirectErrorStream(true)
            .start();
    var said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor(15, TimeUnit.SECONDS)).isTrue();
    return said;
  }

  private static long answered(Path audit, int status) throws IOException {
    try (var lines = Files.lines(audit)) {
      return lines.filter(line -> line.contains("\"status\":" + status)).count();
    }
  }

  private static void connect(int port) throws IOException {
    new Socket(InetAddress.ofLiteral("127.0.0.1"), port).close();
  }

  private static List<Integer> freePorts(int count) throws IOException {
    var sockets = new ArrayList<ServerSocket>();
    for (int i = 0; i < count; i++) {
      sockets.add(new ServerSocket(0));
    }
    var ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
    for (ServerSocket each : sockets) {
      each.close();
    }
    return ports;
  }
}
