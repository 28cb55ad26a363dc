package io.sallyport.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.sallyport.admission.Permit;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A slow side costs bounded memory, whichever side it is, and holds back nobody beside it.
final class H2BackPressureTest {
  private static final int MIB = 1024 * 1024;
  private static final long BODY = 100L * MIB;
  private static final Duration LONG = Duration.ofSeconds(30);

  private final Client client = new Client();

  @AfterEach
  void close() {
    client.close();
  }

  private static Permit permit(H2Backend backend) {
    return Client.permit(Client.h2c(backend.endpoint("a")), Client.timeouts(5000, 60_000, 60_000));
  }

  private static H2Backend sending(AtomicLong said) {
    return H2Backend.start(
        (connection, frame) -> {
          if (frame instanceof Http2HeadersFrame) {
            connection.head(frame.stream(), false, ":status", "200");
            connection.body(frame.stream(), BODY, said);
          }
        });
  }

  @Test
  void aFastBackendWaitsForASlowReceiver() throws Exception {
    var said = new AtomicLong();
    try (var backend = sending(said)) {
      var slow = new Hoarder();
      client.send(permit(backend), "GET", slow);

      // The receiver passes nothing on: it holds a window and no more.
      Http1FailureTest.await(() -> slow.bytes.get() == H2Connection.STREAM_WINDOW);
      Thread.sleep(100);
      assertThat(slow.bytes.get()).isEqualTo(H2Connection.STREAM_WINDOW);

      // It passes on what it has, and then as it comes: all of it arrives.
      client.loop.execute(slow::letGo);
      assertThat(slow.await(LONG)).startsWith("head 200");
      assertThat(slow.bytes.get()).isEqualTo(BODY);
    }
  }

  @Test
  void receiversThatTakeNothingHoldBackNobodyElse() throws Exception {
    try (var backend =
        H2Backend.start(
            H2Backend.Setup.DEFAULT.withStreams(1000),
            (connection, frame) -> {
              connection.head(frame.stream(), false, ":status", "200");
              connection.body(frame.stream(), MIB, new AtomicLong());
            })) {
      for (int i = 1; i < H2Connection.MOST_STREAMS; i++) {
        var stuck = new Hoarder();
        client.send(permit(backend), "GET", stuck);
        Http1FailureTest.await(() -> stuck.bytes.get() == H2Connection.STREAM_WINDOW);
      }
      var quick = client.send(permit(backend), "GET");

      assertThat(quick.await(LONG)).startsWith("head 200");
      assertThat(quick.bytes.get()).isEqualTo(MIB);
      assertThat(backend.connections()).hasSize(1);
    }
  }

  @Test
  void aFastSenderWaitsForASlowBackend() throws Exception {
    var received = new AtomicLong();
    try (var backend =
        H2Backend.start(
            (connection, frame) -> {
              if (frame instanceof Http2DataFrame data) {
                received.addAndGet(data.content().readableBytes());
                if (data.isEndStream()) {
                  connection.head(data.stream(), true, ":status", "200");
                }
              }
            })) {
      backend.stopTaking();
      var sender = new Sender();
      client.loop.execute(
          () -> {
            var headers = Client.host().set("content-length", Long.toString(BODY));
            client.open(permit(backend), sender).head("PUT", "/", headers, false);
          });

      // The backend's window is sent; then the stream says stop.
      Http1FailureTest.await(() -> received.get() == 65_535);
      Thread.sleep(100);
      assertThat(sender.sent.get()).isLessThan(2 * MIB);

      backend.take();
      assertThat(sender.await(LONG)).isEqualTo("head 200");
      assertThat(received.get()).isEqualTo(BODY);
    }
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
        ByteBuf piece = Unpooled.wrappedBuffer(new byte[32 * 1024]);
        boolean end = sent.addAndGet(piece.readableBytes()) == BODY;
        stream().data(piece, end);
      }
    }
  }
}
