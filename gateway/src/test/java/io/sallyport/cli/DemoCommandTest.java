package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class DemoCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final FakeStarter starter = new FakeStarter();

  @TempDir Path state;

  @BeforeEach
  void homeIsTheRepository() {
    System.setProperty("sallyport.home", "..");
  }

  @AfterEach
  void homeIsUnknownAgain() {
    System.clearProperty("sallyport.home");
  }

  @Test
  void theDemoRunsUntilItIsEndedAndObeysTheOtherCommands() throws Exception {
    var ports = freePorts(5);
    var ended = new CompletableFuture<Integer>();
    var thread =
        Thread.ofPlatform()
            .start(
                () ->
                    ended.complete(
                        demo(
                            "--state",
                            state.toString(),
                            "--https-port=" + ports.get(0),
                            "--http-port=" + ports.get(1),
                            "--management-port=" + ports.get(2),
                            "--backend-port=" + ports.get(3),
                            "--issuer-port=" + ports.get(4))));
    try {
      assertThat(starter.started.await(20, TimeUnit.SECONDS)).as(err::toString).isTrue();

      assertThat(starter.properties).contains("--sallyport.https.port=" + ports.getFirst());
      assertThat(demo("zone", "b", "down", "--state", state.toString())).isZero();
      assertThat(out.toString()).contains("zone b  b1").contains("  down  0 answered");
      assertThat(demo("zone", "b", "--state", state.toString())).isZero();
      assertThat(demo("zone", "b", "up", "--state", state.toString())).isZero();
      assertThat(out.toString()).contains("  up    0 answered");
      assertThat(demo("token", "alice", "--state", state.toString())).isZero();
      assertThat(out.toString()).containsPattern("(?m)^eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+$");
      assertThat(demo("zone", "x", "down", "--state", state.toString())).isEqualTo(1);
      assertThat(err.toString())
          .isEqualToIgnoringNewLines(
              "sallyport demo zone: there is no zone 'x'; there are a, b, c");
    } finally {
      thread.interrupt();
      finish(ended);
    }
    assertThat(out.toString())
        .contains("Sallyport demo is ready: https://localhost:" + ports.getFirst());
    assertThat(starter.closed).hasValue(1);
    assertThat(state.resolve("control")).doesNotExist();
  }

  @Test
  void aTakenPortIsOneLineThatNamesTheOption() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      int port = taken.getLocalPort();

      assertThat(demo("--state", state.toString(), "--https-port=" + port)).isEqualTo(1);

      assertThat(err.toString())
          .isEqualToIgnoringNewLines(
              "sallyport demo: port " + port + " cannot be had; --https-port takes another");
      assertThat(starter.properties).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zone b down", "zone b", "token alice"})
  void withoutADemoTheOtherCommandsSaySo(String words) {
    var arguments = new ArrayList<>(List.of(words.split(" ")));
    arguments.addAll(List.of("--state", state.toString()));

    assertThat(demo(arguments.toArray(String[]::new))).isEqualTo(1);

    assertThat(err.toString())
        .hasLineCount(1)
        .endsWith("no demo is running here; start one: ./sallyport demo" + System.lineSeparator());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--https-port=0",
        "--https-port=many",
        "--https-port=9443",
        "--backend-port=65535",
        "zone",
        "zone b sideways",
        "token",
        "token alice bob",
        "--prot=1"
      })
  void wrongUsageIsTwo(String words) {
    assertThat(demo(words.split(" "))).isEqualTo(2);

    assertThat(err.toString()).isNotBlank();
    assertThat(starter.properties).isEmpty();
  }

  @Test
  void helpHasExamples() {
    assertThat(demo("--help")).isZero();
    assertThat(demo("zone", "--help")).isZero();
    assertThat(demo("token", "--help")).isZero();

    assertThat(out.toString())
        .contains("sallyport demo --https-port 18443")
        .contains("sallyport demo zone b down")
        .contains("sallyport demo token bob");
  }

  private int demo(String... arguments) {
    return new CommandLine(new DemoCommand(starter))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  /// A command that is interrupted ends with an error; that it ends is what matters here.
  private static void finish(CompletableFuture<Integer> ended)
      throws InterruptedException, ExecutionException, TimeoutException {
    ended.get(20, TimeUnit.SECONDS);
  }

  private static List<Integer> freePorts(int count) throws IOException {
    var sockets = new ArrayList<ServerSocket>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  private static final class FakeStarter implements GatewayStarter {
    private final CountDownLatch started = new CountDownLatch(1);
    private final AtomicInteger closed = new AtomicInteger();
    private volatile List<String> properties = List.of();

    @Override
    public RunningGateway start(List<String> properties) {
      this.properties = properties;
      started.countDown();
      return new RunningGateway() {
        @Override
        public String address() {
          return "https://localhost";
        }

        @Override
        public int httpsPort() {
          return 1;
        }

        @Override
        public int httpPort() {
          return 1;
        }

        @Override
        public int managementPort() {
          return 1;
        }

        @Override
        public String bundle() {
          return "0";
        }

        @Override
        public void close() {
          closed.incrementAndGet();
        }
      };
    }
  }
}
