package io.sallyport.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.sallyport.admission.Permit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/// How many streams a connection carries, and how many connections there are.
final class H2LimitTest {
  private final List<Runnable> answers = new CopyOnWriteArrayList<>();

  /// Answers when the test says so.
  private H2Backend backend(H2Backend.Setup setup) {
    return H2Backend.start(
        setup,
        (connection, frame) -> {
          if (frame instanceof Http2HeadersFrame) {
            answers.add(() -> connection.answer(frame.stream(), 200, "hi"));
          }
        });
  }

  private static Permit permit(H2Backend backend) {
    return Client.permit(Client.h2c(backend.endpoint("a")), Client.timeouts(5000, 5000, 5000));
  }

  private static List<HeardAnswer> send(Client client, Permit permit, int requests) {
    List<HeardAnswer> all = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      all.add(client.send(permit, "GET"));
    }
    return all;
  }

  private void arrived(int requests) throws InterruptedException {
    Http1FailureTest.await(() -> answers.size() == requests);
  }

  private void answerAll() {
    answers.forEach(Runnable::run);
  }

  @Test
  void whatTheBackendDoesNotTakeOnOneConnectionGoesOnAnother() throws Exception {
    try (var client = new Client();
        var backend = backend(H2Backend.Setup.DEFAULT.withStreams(2))) {
      var all = send(client, permit(backend), 5);

      arrived(5);
      assertThat(backend.connections()).hasSize(3);
      answerAll();
      for (HeardAnswer each : all) {
        assertThat(each.await()).isEqualTo("head 200, body hi");
      }
    }
  }

  @Test
  void oneConnectionCarriesABoundedNumberWhateverTheBackendTakes() throws Exception {
    try (var client = new Client();
        var backend = backend(H2Backend.Setup.DEFAULT.withStreams(1000))) {
      send(client, permit(backend), 1);
      arrived(1);
      send(client, permit(backend), H2Connection.MOST_STREAMS - 1);
      arrived(H2Connection.MOST_STREAMS);
      assertThat(backend.connections()).hasSize(1);

      send(client, permit(backend), 1);
      arrived(H2Connection.MOST_STREAMS + 1);
      assertThat(backend.connections()).hasSize(2);
    }
  }

  @Test
  void whoDoesNotFitWaitsAndBeyondThatThereIsNoCapacity() throws Exception {
    var settings = new PoolSettings(1, 1, Duration.ofSeconds(4), 1);
    try (var client = new Client(Client.NO_TRUST, settings);
        var backend = backend(H2Backend.Setup.DEFAULT.withStreams(1))) {
      var first = send(client, permit(backend), 1).getFirst();
      arrived(1);
      var rest = send(client, permit(backend), 2);

      assertThat(rest.get(1).await()).isEqualTo("failed NO_CAPACITY nothing sent");
      assertThat(rest.get(1).failure().detail()).isEqualTo("1 connections full, 1 waiting");
      answerAll();
      assertThat(first.await()).isEqualTo("head 200, body hi");
      arrived(2);
      answerAll();
      assertThat(rest.get(0).await()).isEqualTo("head 200, body hi");
      assertThat(backend.connections()).hasSize(1);
    }
  }

  @Test
  void whoWaitsTooLongForAPlaceIsToldThat() throws Exception {
    var settings = new PoolSettings(1, 1, Duration.ofSeconds(4), 1);
    try (var client = new Client(Client.NO_TRUST, settings);
        var backend = backend(H2Backend.Setup.DEFAULT.withStreams(1))) {
      send(client, permit(backend), 1);
      arrived(1);
      var permit =
          Client.permit(Client.h2c(backend.endpoint("a")), Client.timeouts(150, 5000, 5000));

      assertThat(client.send(permit, "GET").await()).isEqualTo("failed CONNECT nothing sent");
    }
  }

  @Test
  void aBackendThatTakesNoStreamsIsGivenUpInTime() throws Exception {
    var settings = new PoolSettings(2, 1, Duration.ofSeconds(4), 8);
    try (var client = new Client(Client.NO_TRUST, settings);
        var backend = backend(H2Backend.Setup.DEFAULT.withStreams(0))) {
      var permit =
          Client.permit(Client.h2c(backend.endpoint("a")), Client.timeouts(200, 5000, 5000));

      assertThat(client.send(permit, "GET").await()).isEqualTo("failed CONNECT nothing sent");
      assertThat(backend.connections()).hasSizeLessThanOrEqualTo(2);
    }
  }
}
