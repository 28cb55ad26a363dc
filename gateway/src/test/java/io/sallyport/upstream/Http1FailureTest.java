package io.sallyport.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.sallyport.admission.Permit;
import io.sallyport.admission.PermitFixture;
import io.sallyport.bundle.Upstream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class Http1FailureTest {
  private static final String HI = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

  private Client client = new Client();

  @AfterEach
  void close() {
    client.close();
  }

  private static Permit permit(ScriptedBackend backend, long connect, long firstByte, long idle) {
    return Client.permit(
        Client.upstream(backend.endpoint("a")), Client.timeouts(connect, firstByte, idle));
  }

  @Test
  void aRefusedConnectionIsToldWithNothingSent() throws Exception {
    // Bound and not listening: nobody else can take the port meanwhile.
    try (var silent = new Socket()) {
      silent.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
      var gone = new Upstream.Endpoint("127.0.0.1", silent.getLocalPort(), "a");

      var heard = client.send(PermitFixture.to(Client.upstream(gone)), "GET");

      assertThat(heard.await()).isEqualTo("failed CONNECT nothing sent");
      assertThat(heard.failure().detail()).contains("Connection refused");
    }
  }

  @Test
  void aNameThatDoesNotExistIsAFailureToConnect() throws Exception {
    var nobody = new Upstream.Endpoint("nobody.invalid", 80, "a");

    var heard = client.send(PermitFixture.to(Client.upstream(nobody)), "GET");

    assertThat(heard.await()).isEqualTo("failed CONNECT nothing sent");
  }

  @Test
  void aConnectionThatDoesNotComeInTimeIsGivenUp() throws Exception {
    // A full backlog: further connections hang in the handshake.
    try (var server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      var fillers = new ArrayList<Socket>();
      for (int i = 0; i < 4; i++) {
        var filler = new Socket();
        fillers.add(filler);
        try {
          filler.connect(server.getLocalSocketAddress(), 50);
        } catch (java.io.IOException e) {
          break;
        }
      }
      var full = new Upstream.Endpoint("127.0.0.1", server.getLocalPort(), "a");
      long began = System.nanoTime();

      var heard =
          client.send(
              Client.permit(Client.upstream(full), Client.timeouts(150, 1000, 1000)), "GET");

      assertThat(heard.await()).isEqualTo("failed CONNECT nothing sent");
      assertThat(Duration.ofNanos(System.nanoTime() - began).toMillis()).isBetween(150L, 2000L);
      for (Socket each : fillers) {
        each.close();
      }
    }
  }

  @Test
  void anAnswerThatDoesNotComeInTimeIsGivenUp() throws Exception {
    try (var backend = ScriptedBackend.start(ScriptedBackend.Connection::stall)) {
      long began = System.nanoTime();

      String heard = client.send(permit(backend, 500, 150, 5000), "GET").await();

      assertThat(heard).isEqualTo("failed FIRST_BYTE_TIMEOUT");
      assertThat(Duration.ofNanos(System.nanoTime() - began).toMillis()).isBetween(150L, 2000L);
    }
  }

  @Test
  void aBodyThatStopsComingIsGivenUp() throws Exception {
    try (var backend =
        ScriptedBackend.start(
            connection -> {
              connection.readHead();
              connection.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi");
              connection.stall();
            })) {
      assertThat(client.send(permit(backend, 500, 5000, 150), "GET").await())
          .isEqualTo("head 200, body hi, failed IDLE_TIMEOUT");
    }
  }

  @Test
  void aResetBeforeTheAnswerIsToldAsThat() throws Exception {
    try (var backend =
        ScriptedBackend.start(
            connection -> {
              connection.readHead();
              connection.reset();
            })) {
      assertThat(client.get(backend)).isEqualTo("failed RESET_BEFORE_RESPONSE");
    }
  }

  @Test
  void aKeepAliveThatEndsAsTheRequestIsWrittenIsAResetThatMayHaveBeenSeen() throws Exception {
    try (var backend =
        ScriptedBackend.start(
            connection -> {
              connection.readHead();
              connection.say(HI);
              connection.readHead();
              connection.reset();
            })) {
      assertThat(client.get(backend)).isEqualTo("head 200, body hi");
      assertThat(client.get(backend)).isEqualTo("failed RESET_BEFORE_RESPONSE");
    }
  }

  @Test
  void aPooledConnectionThatHasEndedCostsNoRequest() throws Exception {
    try (var backend =
        ScriptedBackend.start(
            connection -> {
              connection.readHead();
              connection.say(HI);
              connection.close();
            })) {
      for (int i = 0; i < 5; i++) {
        assertThat(client.get(backend)).isEqualTo("head 200, body hi");
        Thread.sleep(20);
      }
      assertThat(backend.accepted()).isEqualTo(5);
    }
  }

  @Test
  void aConnectionThatDiedWhileItsLoopWasBusyIsReplacedUnseen() throws Exception {
    var say = new CountDownLatch(1);
    try (var backend =
        ScriptedBackend.start(
            connection -> {
              connection.readHead();
              connection.say(HI);
              if (connection.number() == 1) {
                say.await();
                connection.reset();
              } else {
                connection.stall();
              }
            })) {
      var permit = PermitFixture.to(Client.upstream(backend.endpoint("a")));
      assertThat(client.send(permit, "GET").await()).isEqualTo("head 200, body hi");
      var heard = new HeardAnswer();
      client.loop.execute(
          () -> {
            // The loop cannot see the end of the connection before it writes.
            say.countDown();
            pause(60);
            client.open(permit, heard).head("POST", "/", Client.host(), true);
          });

      assertThat(heard.await()).isEqualTo("head 200, body hi");
      assertThat(backend.accepted()).isEqualTo(2);
    }
  }

  @Test
  void anEarlyAnswerEndsTheRequestAndItsConnection() throws Exception {
    try (var backend =
        ScriptedBackend.start(
            connection -> {
              connection.readHead();
              connection.say("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
              connection.stall();
            })) {
      var permit = PermitFixture.to(Client.upstream(backend.endpoint("a")));
      var heard = new HeardAnswer();
      client.loop.execute(() -> client.open(permit, heard).head("POST", "/", Client.host(), false));

      assertThat(heard.await()).isEqualTo("head 413");
      client
          .loop
          .submit(
              () -> {
                // The rest of the body is taken, and thrown away.
                heard.stream().data(Unpooled.copiedBuffer("late", StandardCharsets.UTF_8), true);
              })
          .sync();
      assertThat(client.send(permit, "GET").await()).isEqualTo("head 413");
      assertThat(backend.accepted()).isEqualTo(2);
    }
  }

  @Test
  void aRequestBodyOfAnotherLengthThanItSaysIsNotSentOn() throws Exception {
    try (var backend = ScriptedBackend.start(ScriptedBackend.Connection::stall)) {
      var permit = PermitFixture.to(Client.upstream(backend.endpoint("a")));
      var heard = new HeardAnswer();
      client.loop.execute(
          () -> {
            var headers = Client.host().set("content-length", "2");
            var stream = client.open(permit, heard);
            stream.head("POST", "/", headers, false);
            stream.data(Unpooled.copiedBuffer("hi GET /admin", StandardCharsets.UTF_8), true);
          });

      assertThat(heard.await()).isEqualTo("failed BROKEN");
    }
  }

  @Test
  void whatFindsEveryConnectionBusyWaitsAndWhatFindsTheQueueFullIsToldSo() throws Exception {
    client.close();
    client = new Client(Client.NO_TRUST, new PoolSettings(1, 1, Duration.ofSeconds(4), 1));
    var answer = new CountDownLatch(1);
    try (var backend =
        ScriptedBackend.start(
            connection -> {
              while (connection.readHead()) {
                answer.await();
                connection.say(HI);
              }
            })) {
      var permit = permit(backend, 5000, 5000, 5000);
      var first = client.send(permit, "GET");
      await(() -> backend.heads().size() == 1);
      var second = client.send(permit, "GET");
      var third = client.send(permit, "GET");

      assertThat(third.await()).isEqualTo("failed NO_CAPACITY nothing sent");
      answer.countDown();

      assertThat(first.await()).isEqualTo("head 200, body hi");
      assertThat(second.await()).isEqualTo("head 200, body hi");
      assertThat(backend.accepted()).isEqualTo(1);
    }
  }

  @Test
  void anIdleConnectionIsClosedBeforeTheBackendWould() throws Exception {
    client.close();
    client = new Client(Client.NO_TRUST, new PoolSettings(4, 4, Duration.ofMillis(80), 4));
    var ended = new CountDownLatch(1);
    try (var backend =
        ScriptedBackend.start(
            connection -> {
              connection.readHead();
              connection.say(HI);
              connection.stall();
              ended.countDown();
            })) {
      assertThat(client.get(backend)).isEqualTo("head 200, body hi");
      assertThat(ended.await(3, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aCancelledTryIsSilentAndClosesItsConnection() throws Exception {
    var ended = new CountDownLatch(1);
    try (var backend =
        ScriptedBackend.start(
            connection -> {
              connection.readHead();
              connection.stall();
              ended.countDown();
            })) {
      var heard = client.send(permit(backend, 500, 5000, 5000), "GET");
      await(() -> backend.heads().size() == 1);
      client
          .loop
          .submit(
              () -> {
                heard.stream().cancel();
                heard.stream().cancel();
              })
          .sync();

      assertThat(ended.await(3, TimeUnit.SECONDS)).isTrue();
      assertThat(heard.isDone()).isFalse();
    }
  }

  @Test
  void closingLetsABusyExchangeEndAndTakesNothingNew() throws Exception {
    var answer = new CountDownLatch(1);
    var ended = new CountDownLatch(1);
    try (var backend =
        ScriptedBackend.start(
            connection -> {
              connection.readHead();
              answer.await();
              connection.say(HI);
              connection.stall();
              ended.countDown();
            })) {
      var permit = permit(backend, 500, 5000, 5000);
      var busy = client.send(permit, "GET");
      await(() -> backend.heads().size() == 1);

      client.upstreams.close();
      client.upstreams.close();
      var late = client.send(permit, "GET");

      assertThat(late.await()).isEqualTo("failed CONNECT nothing sent");
      answer.countDown();
      assertThat(busy.await()).isEqualTo("head 200, body hi");
      assertThat(ended.await(3, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void manyRequestsAtOnceAreEachAnswered() throws Exception {
    try (var backend = ScriptedBackend.answering(HI)) {
      var permit = permit(backend, 5000, 5000, 5000);
      List<HeardAnswer> all = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        all.add(client.send(permit, "GET"));
      }
      for (HeardAnswer each : all) {
        assertThat(each.await()).isEqualTo("head 200, body hi");
      }
      assertThat(all).allSatisfy(each -> assertThat(each.failure).isNull());
    }
  }

  static void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
    long until = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - until).as("waited too long").isNegative();
      Thread.sleep(2);
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
