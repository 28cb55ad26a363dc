package io.sallyport.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Each bound of [ListenerSettings.Bounds] that is not about a head's size.
final class BoundsTest {
  private static final long PLENTY = 256L * 1024 * 1024;

  private static Rig rig(ListenerSettings.Bounds bounds) {
    return Rig.start(_ -> Rig.settings(bounds));
  }

  @Test
  void aClientThatDoesNotShakeHandsIsLeft() throws IOException {
    try (var rig = rig(Rig.hasty());
        var socket = new Socket(InetAddress.getLoopbackAddress(), rig.listener.httpsPort())) {
      socket.setSoTimeout(5_000);

      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void aHeadThatComesTooSlowlyIsRefused() throws IOException {
    try (var rig = rig(Rig.hasty());
        var client = rig.h1().send("GET / HTTP/1.1\r\nHost: lo")) {
      assertThat(client.read().reason()).isEqualTo("request-timeout");
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void aConnectionWithoutARequestIsClosed() throws IOException {
    try (var rig = rig(Rig.hasty());
        var client = rig.h1()) {
      client.get("/");

      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void anHttp2ConnectionWithoutARequestIsClosed() throws IOException {
    try (var rig = rig(Rig.hasty());
        var client = new H2Client(rig.connect("h2"))) {
      assertThat(client.goAway()).isZero();
    }
  }

  @Test
  void aBodyThatStopsComingIsRefused() throws IOException {
    try (var rig = rig(Rig.hasty());
        var client = rig.h1()) {
      client.send("POST /sink HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhe");

      assertThat(client.read().reason()).isEqualTo("request-timeout");
    }
  }

  @Test
  void aBodyThatStopsComingOnAStreamIsRefused() throws IOException {
    try (var rig = rig(Rig.hasty());
        var client = new H2Client(rig.connect("h2"))) {
      client.post(1, "/sink").frame(H2Client.DATA, 0, 1, new byte[2]);

      assertThat(client.answer(1).get("x-reason")).hasToString("request-timeout");
    }
  }

  @Test
  void oneConnectionTooManyIsClosedAndItsPlaceCanBeTakenAgain() throws Exception {
    var bounds = Rig.bounds(Duration.ofSeconds(10), 256, 2, 1_000, PLENTY);
    try (var rig = rig(bounds)) {
      var first = rig.h1();
      var second = rig.h1();
      try (var third = new Socket(InetAddress.getLoopbackAddress(), rig.listener.httpsPort())) {
        third.setSoTimeout(5_000);
        assertThat(new H1Client(third).ended()).isTrue();
      }
      first.close();
      Rig.await(() -> rig.listener.connections() == 1);

      try (var next = rig.h1()) {
        assertThat(next.get("/").status()).isEqualTo(200);
      }
      second.close();
    }
  }

  @Test
  void oneConnectionTooManyFromASourceIsClosedUnlessItIsTrusted() throws IOException {
    var bounds = Rig.bounds(Duration.ofSeconds(10), 256, 100, 1, PLENTY);
    try (var rig = rig(bounds);
        var _ = rig.h1();
        var second = new Socket(InetAddress.getLoopbackAddress(), rig.listener.httpsPort())) {
      second.setSoTimeout(5_000);
      assertThat(new H1Client(second).ended()).isTrue();
    }
    try (var rig = Rig.start(_ -> Rig.trusting(bounds, List.of(Network.of("127.0.0.0/8"))));
        var _ = rig.h1();
        var second = rig.h1()) {
      assertThat(second.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void aStreamTooManyIsRefused() throws IOException {
    try (var rig = rig(Rig.bounds(Duration.ofSeconds(10), 2, 100, 100, PLENTY));
        var client = new H2Client(rig.connect("h2"))) {
      client.get(1, "/hold").get(3, "/hold").get(5, "/hold");

      var reset = client.readUntil(frame -> frame.type() == H2Client.RST_STREAM);
      assertThat(reset.stream()).isEqualTo(5);
    }
  }

  @Test
  void bodiesBeyondTheBytesInFlightAreRefusedAsOverload() throws Exception {
    try (var rig = rig(Rig.bounds(Duration.ofSeconds(10), 256, 100, 100, 10_000));
        var holding = new H2Client(rig.connect("h2"));
        var client = rig.h1()) {
      holding.post(1, "/hold").frame(H2Client.DATA, 0, 1, new byte[12_000]);
      var held = rig.edge.nextHeld();
      held.onLoop(() -> held.exchange.readBody(1_000_000));
      Rig.await(() -> rig.listener.bytesInFlight() == 12_000);

      String request = "POST /sink HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx";
      assertThat(client.send(request).read().reason()).isEqualTo("overloaded");
      held.onLoop(() -> held.exchange.consumed(12_000));
      Rig.await(() -> rig.listener.bytesInFlight() == 0);
      try (var next = rig.h1()) {
        assertThat(next.send(request).read().body()).isEqualTo("1");
      }
    }
  }

  @Test
  void whoDoesNotReadIsNotWrittenTo() throws Exception {
    try (var rig = Rig.start();
        var h1 = rig.h1();
        var h2 = new H2Client(rig.connect("h2"))) {
      h1.send("GET /big?100000000 HTTP/1.1\r\nHost: localhost\r\n\r\n");
      h2.get(1, "/big?100000000");

      Rig.await(() -> rig.edge.sent.get() > 65_535);
      long before;
      do {
        before = rig.edge.sent.get();
        Thread.sleep(200);
      } while (rig.edge.sent.get() != before);
      assertThat(before).isLessThan(16L * 1024 * 1024);
      h2.get(3, "/");
      assertThat(h2.answer(3).status()).hasToString("200");
    }
  }

  @Test
  void aBodyThatIsNotConsumedStopsTheClient() throws Exception {
    try (var rig = Rig.start();
        var client = rig.h1()) {
      client.send("POST /hold HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50000000\r\n\r\n");
      var held = rig.edge.nextHeld();
      held.onLoop(() -> held.exchange.readBody(100_000_000));
      var writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      client.send("x".repeat(20_000_000));
                    } catch (IOException e) {
                      // the test is over
                    }
                  });
      Rig.await(() -> held.received.get() >= H1Connection.WINDOW);
      Thread.sleep(200);

      assertThat(held.received.get()).isLessThan(1_000_000);
      held.onLoop(held.exchange::abort);
      writer.join();
    }
  }
}
