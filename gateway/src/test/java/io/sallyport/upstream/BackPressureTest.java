package io.sallyport.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.admission.Permit;
import io.sallyport.bundle.Upstream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A slow side costs bounded memory, whichever side it is.
final class BackPressureTest {
  private static final int MIB = 1024 * 1024;
  private static final long BODY = 100L * MIB;

  private final Client client = new Client();

  @AfterEach
  void close() {
    client.close();
  }

  private static Permit permit(Upstream.Endpoint endpoint) {
    return Client.permit(Client.upstream(endpoint), Client.timeouts(5000, 20_000, 20_000));
  }

  @Test
  void aFastBackendWaitsForASlowReceiver() throws Exception {
    var said = new AtomicLong();
    try (var backend =
        ScriptedBackend.start(
            connection -> {
              connection.readHead();
              connection.say("HTTP/1.1 200 OK\r\nContent-Length: " + BODY + "\r\n\r\n");
              byte[] piece = new byte[64 * 1024];
              for (long i = 0; i < BODY; i += piece.length) {
                connection.out().write(piece);
                said.addAndGet(piece.length);
              }
              connection.stall();
            })) {
      var slow = new Hoarder();
      client.send(permit(backend.endpoint("a")), "GET", slow);

      // The receiver passes nothing on: what it holds stops growing.
      Http1FailureTest.await(() -> slow.bytes.get() > Http1Stream.WINDOW);
      Thread.sleep(200);
      long held = slow.bytes.get();
      Thread.sleep(100);
      assertThat(slow.bytes.get()).isEqualTo(held);
      assertThat(held).isLessThanOrEqualTo(Http1Stream.WINDOW + 128 * 1024L);
      assertThat(said.get()).isLessThan(BODY);

      // It passes on what it has, and then as it comes: all of it arrives.
      client.loop.execute(slow::letGo);
      assertThat(slow.await(Duration.ofSeconds(20))).startsWith("head 200");
      assertThat(slow.bytes.get()).isEqualTo(BODY);
    }
  }

  @Test
  void aFastSenderWaitsForASlowBackend() throws Exception {
    var read = new CountDownLatch(1);
    var received = new AtomicLong();
    try (var backend =
        ScriptedBackend.start(
            connection -> {
              connection.readHead();
              read.await();
              received.set(readAll(connection));
              connection.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
              connection.stall();
            })) {
      var sender = new Sender();
      client.loop.execute(
          () -> {
            var headers = Client.host().set("content-length", Long.toString(BODY));
            client.open(permit(backend.endpoint("a")), sender).head("PUT", "/", headers, false);
          });

      // The kernel takes some megabytes; then the stream says stop.
      Http1FailureTest.await(() -> sender.sent.get() > 0);
      Thread.sleep(300);
      long sent = sender.sent.get();
      Thread.sleep(100);
      assertThat(sender.sent.get()).isEqualTo(sent).isLessThan(BODY / 2);

      read.countDown();
      assertThat(sender.await(Duration.ofSeconds(20))).isEqualTo("head 200");
      assertThat(received.get()).isEqualTo(BODY);
    }
  }

  private static long readAll(ScriptedBackend.Connection connection) throws IOException {
    byte[] piece = new byte[64 * 1024];
    long all = 0;
    while (all < BODY) {
      int got = connection.in().read(piece);
      if (got < 0) {
        break;
      }
      all += got;
    }
    return all;
  }

  /// Keeps what it is given until it is told to let go.
  private static final class Hoarder extends HeardAnswer {
    private int held;
    private boolean generous;

    @Override
    void consumed(int length) {
      if (generous) {
        super.consumed(length);
      } else {
        held += length;
      }
    }

    void letGo() {
      generous = true;
      super.consumed(held);
    }
  }

  /// Sends as much as the stream takes.
  private static final class Sender extends HeardAnswer {
    final AtomicLong sent = new AtomicLong();

    @Override
    public void writable() {
      super.writable();
      while (stream().writable() && sent.get() < BODY) {
        ByteBuf piece = Unpooled.wrappedBuffer(ByteBuffer.allocate(32 * 1024));
        boolean end = sent.addAndGet(piece.readableBytes()) == BODY;
        stream().data(piece, end);
      }
    }
  }
}
