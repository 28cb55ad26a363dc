package io.sallyport.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.scenarios.SlowClient.End;
import io.sallyport.scenarios.SlowClient.Manner;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A server of a few lines at the other end of a real socket.
@Timeout(60)
final class SlowClientTest {
  private static final String TIMED_OUT =
      "HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

  private final AtomicInteger opened = new AtomicInteger();

  @Test
  void aSlowHeadEndsWhenTheTargetHasHadEnough() throws Exception {
    var end =
        meet(
            Manner.HEAD,
            socket -> {
              var begin = new String(socket.getInputStream().readNBytes(5), StandardCharsets.UTF_8);
              assertThat(begin).isEqualTo("GET /");
              answer(socket, TIMED_OUT);
            });
    assertThat(end).isEqualTo(new End.Answered(408));
    assertThat(opened).hasValue(1);
  }

  @Test
  void aSlowBodyFollowsAWholeHead() throws Exception {
    var end =
        meet(
            Manner.BODY,
            socket -> {
              var head = readHead(socket);
              assertThat(head)
                  .startsWith("POST /orders?tenant=acme HTTP/1.1\r\n")
                  .contains("\r\nauthorization: Bearer abc\r\n")
                  .contains("\r\ncontent-length: 4096\r\n");
              assertThat(socket.getInputStream().read()).isEqualTo('a');
              answer(socket, TIMED_OUT);
            });
    assertThat(end).isEqualTo(new End.Answered(408));
  }

  @Test
  void aSlowReaderReadsToTheEnd() throws Exception {
    var end =
        meet(
            Manner.READ,
            socket -> {
              assertThat(readHead(socket)).startsWith("GET /orders");
              answer(socket, "HTTP/1.1 200 OK\r\n\r\n");
            });
    assertThat(end).isEqualTo(new End.Answered(200));
  }

  @Test
  void aConnectionThatIsClosedHasNoAnswer() throws Exception {
    assertThat(meet(Manner.HEAD, Socket::close)).isEqualTo(new End.Closed());
  }

  @Test
  void aConnectionThatIsRefusedWasNotOpened() throws Exception {
    int port;
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = server.getLocalPort();
    }
    assertThat(client(Manner.HEAD, port).run(opened::incrementAndGet)).isEqualTo(new End.Closed());
    assertThat(opened).hasValue(0);
  }

  private interface Talk {
    void with(Socket socket) throws IOException;
  }

  private End meet(Manner manner, Talk talk) throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var talked =
          CompletableFuture.runAsync(
              () -> {
                try (var socket = server.accept()) {
                  talk.with(socket);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      var end = client(manner, server.getLocalPort()).run(opened::incrementAndGet);
      talked.join();
      return end;
    }
  }

  private static SlowClient client(Manner manner, int port) {
    return new SlowClient(
        Target.parse("http://127.0.0.1:" + port),
        new Reader("/orders?tenant=acme", Optional.of("abc")),
        manner,
        Duration.ofMillis(10),
        new Trust.Known().context());
  }

  private static String readHead(Socket socket) throws IOException {
    var head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      head.append((char) socket.getInputStream().read());
    }
    return head.toString();
  }

  /// Closing with bytes unread would reset the connection, so they are read.
  private static void answer(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.shutdownOutput();
    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
  }
}
