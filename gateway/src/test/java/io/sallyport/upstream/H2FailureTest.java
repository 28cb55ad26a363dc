package io.sallyport.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.sallyport.admission.Permit;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What can go wrong with a stream of HTTP/2, what the receiver hears of it, and what happens to
/// the connection and the streams beside.
final class H2FailureTest {
  /// The number of a connection's first stream, as Netty counts.
  private static final int FIRST = 3;

  private final Client client = new Client();

  @AfterEach
  void close() {
    client.close();
  }

  private static Permit permit(H2Backend backend, long connect, long firstByte, long idle) {
    return Client.permit(
        Client.h2c(backend.endpoint("a")), Client.timeouts(connect, firstByte, idle));
  }

  private static Permit permit(H2Backend backend) {
    return permit(backend, 5000, 5000, 5000);
  }

  private String get(H2Backend backend) throws Exception {
    return client.send(permit(backend), "GET").await();
  }

  // ---- resets ----

  @Test
  void aStreamThatIsRefusedWasNotLookedAt() throws Exception {
    try (var backend =
        H2Backend.start(
            (connection, frame) -> connection.reset(frame.stream(), Http2Error.REFUSED_STREAM))) {
      assertThat(get(backend)).isEqualTo("failed RESET_BEFORE_RESPONSE nothing sent");
      assertThat(get(backend)).isEqualTo("failed RESET_BEFORE_RESPONSE nothing sent");
      assertThat(backend.connections()).hasSize(1);
      assertThat(backend.events()).isEmpty();
    }
  }

  @Test
  void aResetBeforeTheAnswerIsToldAsThat() throws Exception {
    try (var backend =
        H2Backend.start(
            (connection, frame) -> connection.reset(frame.stream(), Http2Error.INTERNAL_ERROR))) {
      var heard = client.send(permit(backend), "GET");

      assertThat(heard.await()).isEqualTo("failed RESET_BEFORE_RESPONSE");
      assertThat(heard.failure().detail()).contains("INTERNAL_ERROR");
    }
  }

  @Test
  void aResetWithinTheAnswerBreaksIt() throws Exception {
    try (var backend =
        H2Backend.start(
            (connection, frame) -> {
              connection.head(frame.stream(), false, ":status", "200");
              connection.data(frame.stream(), "hi", false);
              connection.reset(frame.stream(), Http2Error.NO_ERROR);
            })) {
      assertThat(get(backend)).isEqualTo("head 200, body hi, failed BROKEN");
    }
  }

  // ---- GOAWAY ----

  @Test
  void aRequestThatABackendLeftOutAsItWentAwayGoesOutAgain() throws Exception {
    try (var backend =
        H2Backend.start(
            (connection, frame) -> {
              if (connection.number() == 1 && frame.stream().id() > FIRST) {
                connection.goAway(FIRST, Http2Error.NO_ERROR);
              } else {
                connection.answer(frame.stream(), 200, "hi");
              }
            })) {
      assertThat(get(backend)).isEqualTo("head 200, body hi");
      assertThat(get(backend)).isEqualTo("head 200, body hi");
      assertThat(backend.connections()).hasSize(2);
      Http1FailureTest.await(() -> !backend.connections().getFirst().open());
    }
  }

  @Test
  void aBackendThatAlwaysGoesAwayIsGivenUp() throws Exception {
    try (var backend =
        H2Backend.start((connection, frame) -> connection.goAway(0, Http2Error.NO_ERROR))) {
      assertThat(get(backend)).isEqualTo("failed RESET_BEFORE_RESPONSE nothing sent");
      assertThat(backend.connections()).hasSize(3);
    }
  }

  @Test
  void aRequestWhoseBodyHasBegunIsNotSentAgainByItself() throws Exception {
    try (var backend =
        H2Backend.start(
            (connection, frame) -> {
              if (frame instanceof Http2DataFrame) {
                connection.goAway(0, Http2Error.NO_ERROR);
              }
            })) {
      assertThat(client.post(permit(backend), "body").await())
          .isEqualTo("failed RESET_BEFORE_RESPONSE nothing sent");
      assertThat(backend.connections()).hasSize(1);
    }
  }

  @Test
  void backendsThatGoAwayUnderTrafficCostNoRequest() throws Exception {
    Map<Integer, Integer> last = new ConcurrentHashMap<>();
    try (var backend =
        H2Backend.start(
            (connection, frame) -> {
              int id = frame.stream().id();
              if (id == 41) {
                last.put(connection.number(), id);
                connection.goAway(id, Http2Error.NO_ERROR);
              }
              if (id <= last.getOrDefault(connection.number(), Integer.MAX_VALUE)) {
                connection.answer(frame.stream(), 200, "hi");
              }
            })) {
      List<HeardAnswer> all = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        all.add(client.send(permit(backend), "GET"));
      }
      for (HeardAnswer each : all) {
        assertThat(each.await()).isEqualTo("head 200, body hi");
      }
      assertThat(last).isNotEmpty();
    }
  }

  @Test
  void whatABackendHasTakenItStillAnswersAsItGoesAway() throws Exception {
    try (var backend =
        H2Backend.start(
            (connection, frame) -> {
              connection.goAway(frame.stream().id(), Http2Error.NO_ERROR);
              connection.answer(frame.stream(), 200, "hi");
            })) {
      assertThat(get(backend)).isEqualTo("head 200, body hi");
      Http1FailureTest.await(() -> !backend.connections().getFirst().open());
    }
  }

  // ---- connections that end ----

  @Test
  void aConnectionThatEndsBeforeTheAnswerIsToldAsThat() throws Exception {
    try (var backend = H2Backend.start((connection, frame) -> connection.cut())) {
      assertThat(get(backend)).isEqualTo("failed RESET_BEFORE_RESPONSE");
    }
  }

  @Test
  void aConnectionThatEndsBreaksEveryAnswerOnIt() throws Exception {
    try (var backend =
        H2Backend.start(
            (connection, frame) -> {
              connection.head(frame.stream(), false, ":status", "200");
              connection.data(frame.stream(), "hi", false);
              if (frame.stream().id() > FIRST) {
                connection.cut();
              }
            })) {
      var one = client.send(permit(backend), "GET");
      Http1FailureTest.await(() -> one.bytes.get() == 2);
      var two = client.send(permit(backend), "GET");

      assertThat(one.await()).isEqualTo("head 200, body hi, failed BROKEN");
      assertThat(two.await()).endsWith("failed BROKEN");
    }
  }

  @Test
  void whoDoesNotSpeakHttp2IsNotConnectedTo() throws Exception {
    try (var backend = ScriptedBackend.answeringOnce("HTTP/1.1 400 Bad Request\r\n\r\n")) {
      var permit =
          Client.permit(Client.h2c(backend.endpoint("a")), Client.timeouts(5000, 5000, 5000));

      assertThat(client.send(permit, "GET").await()).isEqualTo("failed CONNECT nothing sent");
    }
  }

  @Test
  void whoSaysNothingIsNotConnectedTo() throws Exception {
    try (var backend = ScriptedBackend.start(ScriptedBackend.Connection::stall)) {
      var permit =
          Client.permit(Client.h2c(backend.endpoint("a")), Client.timeouts(150, 5000, 5000));
      var heard = client.send(permit, "GET");

      assertThat(heard.await()).isEqualTo("failed CONNECT nothing sent");
      assertThat(heard.failure().detail()).isEqualTo("no connection within 150 ms");
    }
  }

  @Test
  void whoDoesNotListenIsNotConnectedTo() throws Exception {
    var backend = H2Backend.start(H2Backend.saying("hi"));
    var permit = permit(backend);
    backend.close();

    assertThat(client.send(permit, "GET").await()).isEqualTo("failed CONNECT nothing sent");
  }

  // ---- time ----

  @Test
  void anAnswerThatDoesNotComeInTimeIsGivenUpAndASilentConnectionWithIt() throws Exception {
    try (var backend =
        H2Backend.start(
            (connection, frame) -> {
              if (connection.number() > 1) {
                connection.answer(frame.stream(), 200, "hi");
              }
            })) {
      assertThat(client.send(permit(backend, 5000, 150, 5000), "GET").await())
          .isEqualTo("failed FIRST_BYTE_TIMEOUT");
      Http1FailureTest.await(() -> backend.events().contains("reset CANCEL"));
      assertThat(get(backend)).isEqualTo("head 200, body hi");
      assertThat(backend.connections()).hasSize(2);
    }
  }

  @Test
  void aSlowAnswerOnALivelyConnectionCostsOnlyItself() throws Exception {
    try (var backend =
        H2Backend.start(
            (connection, frame) -> {
              if (frame.stream().id() > FIRST) {
                connection.answer(frame.stream(), 200, "hi");
              }
            })) {
      var slow = client.send(permit(backend, 5000, 400, 5000), "GET");
      Http1FailureTest.await(() -> backend.heads().size() == 1);
      while (!slow.isDone()) {
        assertThat(get(backend)).isEqualTo("head 200, body hi");
        Thread.sleep(5);
      }
      assertThat(slow.await()).isEqualTo("failed FIRST_BYTE_TIMEOUT");
      assertThat(get(backend)).isEqualTo("head 200, body hi");
      assertThat(backend.connections()).hasSize(1);
    }
  }

  @Test
  void aBodyThatStopsComingIsGivenUp() throws Exception {
    try (var backend =
        H2Backend.start(
            (connection, frame) -> {
              connection.head(frame.stream(), false, ":status", "200");
              connection.data(frame.stream(), "hi", false);
            })) {
      assertThat(client.send(permit(backend, 5000, 5000, 150), "GET").await())
          .isEqualTo("head 200, body hi, failed IDLE_TIMEOUT");
    }
  }

  // ---- the request's side ----

  @Test
  void aTryThatIsGivenUpIsResetAndTheConnectionGoesOn() throws Exception {
    try (var backend =
        H2Backend.start(
            (connection, frame) -> {
              if (frame.stream().id() > FIRST) {
                connection.answer(frame.stream(), 200, "hi");
              }
            })) {
      var heard = client.send(permit(backend), "GET");
      Http1FailureTest.await(() -> backend.heads().size() == 1);
      client.loop.execute(
          () -> {
            heard.stream().cancel();
            heard.stream().cancel();
          });

      Http1FailureTest.await(() -> backend.events().equals(List.of("reset CANCEL")));
      assertThat(heard.isDone()).isFalse();
      assertThat(get(backend)).isEqualTo("head 200, body hi");
      assertThat(backend.connections()).hasSize(1);
    }
  }

  @Test
  void aRequestBodyOfAnotherLengthThanAnnouncedIsNotSent() throws Exception {
    try (var backend = H2Backend.start((connection, frame) -> {})) {
      var receiver = new HeardAnswer();
      client.loop.execute(
          () -> {
            UpstreamStream stream = client.open(permit(backend), receiver);
            stream.head("PUT", "/", Client.host().set("content-length", "3"), false);
            stream.data(Unpooled.copiedBuffer("four", StandardCharsets.ISO_8859_1), true);
          });

      assertThat(receiver.await()).isEqualTo("failed BROKEN");
      assertThat(receiver.failure().detail()).contains("Content-Length");
    }
  }

  // ---- rest and end ----

  @Test
  void aConnectionAtRestIsClosedInTime() throws Exception {
    var settings = new PoolSettings(4, 4, Duration.ofMillis(100), 4);
    try (var quick = new Client(Client.NO_TRUST, settings);
        var backend = H2Backend.start(H2Backend.saying("hi"))) {
      assertThat(quick.send(permit(backend), "GET").await()).isEqualTo("head 200, body hi");

      Http1FailureTest.await(() -> !backend.connections().getFirst().open());
      assertThat(backend.events()).containsExactly("goaway NO_ERROR");
    }
  }

  @Test
  void closingLetsABusyExchangeEndAndTakesNothingNew() throws Exception {
    var held = new ArrayList<Runnable>();
    try (var backend =
        H2Backend.start(
            (connection, frame) -> held.add(() -> connection.answer(frame.stream(), 200, "hi")))) {
      var busy = client.send(permit(backend), "GET");
      Http1FailureTest.await(() -> held.size() == 1);

      client.upstreams.close();
      var late = client.send(permit(backend), "GET");

      held.getFirst().run();
      assertThat(busy.await()).isEqualTo("head 200, body hi");
      assertThat(late.await()).endsWith("failed CONNECT nothing sent");
      Http1FailureTest.await(() -> !backend.connections().getFirst().open());
    }
  }

  // ---- backends that are attackers ----

  private void goesCalm(H2Backend backend) throws Exception {
    assertThat(client.send(permit(backend), "GET").await()).isEqualTo("failed BROKEN");
    Http1FailureTest.await(() -> backend.events().contains("goaway ENHANCE_YOUR_CALM"));
  }

  @Test
  void tooManyPingsEndAConnection() throws Exception {
    try (var backend =
        H2Backend.start(
            (connection, frame) ->
                connection.raw("000008 06 00 00000000 0000000000000000".repeat(600)))) {
      goesCalm(backend);
    }
  }

  @Test
  void tooManySettingsEndAConnection() throws Exception {
    try (var backend =
        H2Backend.start(
            (connection, frame) -> connection.raw("000000 04 00 00000000".repeat(600)))) {
      goesCalm(backend);
    }
  }

  @Test
  void tooManyUnknownFramesEndAConnection() throws Exception {
    try (var backend =
        H2Backend.start(
            (connection, frame) -> connection.raw("000000 bb 00 00000000".repeat(600)))) {
      goesCalm(backend);
    }
  }

  @Test
  void tooManyEmptyPiecesEndAConnection() throws Exception {
    try (var backend =
        H2Backend.start(
            (connection, frame) -> {
              connection.head(frame.stream(), false, ":status", "200");
              connection.raw("000000 00 00 00000003".repeat(20));
            })) {
      assertThat(get(backend)).isEqualTo("head 200, failed BROKEN");
      Http1FailureTest.await(() -> backend.events().contains("goaway ENHANCE_YOUR_CALM"));
    }
  }

  @Test
  void tooManyContinuationsEndAConnection() throws Exception {
    try (var backend =
        H2Backend.start(
            (connection, frame) ->
                connection.raw("000001 01 00 00000003 88" + "000000 09 00 00000003".repeat(30)))) {
      goesCalm(backend);
    }
  }

  @Test
  void aPushNobodyAllowedEndsAConnection() throws Exception {
    try (var backend =
        H2Backend.start(
            (connection, frame) -> connection.raw("000005 05 04 00000003 00000002 82"))) {
      assertThat(get(backend)).isEqualTo("failed BROKEN");
      Http1FailureTest.await(() -> backend.events().contains("goaway PROTOCOL_ERROR"));
    }
  }

  @Test
  void moreWindowThanWasGivenEndsAConnection() throws Exception {
    try (var backend =
        H2Backend.start(
            (connection, frame) -> {
              if (frame instanceof Http2HeadersFrame head) {
                connection.head(head.stream(), false, ":status", "200");
                // Sixteen KiB a frame, past the window of a stream that nobody consumes.
                connection.raw(("004000 00 00 00000003" + "00".repeat(16 * 1024)).repeat(20));
              }
            })) {
      var keeping =
          new HeardAnswer() {
            @Override
            void consumed(int length) {}
          };
      client.send(permit(backend), "GET", keeping);

      assertThat(keeping.await()).endsWith("failed BROKEN");
      assertThat(keeping.bytes.get()).isLessThanOrEqualTo(H2Connection.STREAM_WINDOW);
    }
  }
}
