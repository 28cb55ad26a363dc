package io.sallyport.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.bundle.Upstream;
import io.sallyport.upstream.EndpointStatus.Health;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Active checks ask in the protocol that requests are sent in.
final class H2HealthCheckTest {
  private final Client client = new Client();

  @AfterEach
  void close() {
    client.close();
  }

  private void install(Upstream.Endpoint endpoint) {
    client.upstreams.install(
        List.of(
            new Upstream(
                "orders",
                Upstream.Protocol.H2C,
                null,
                List.of(endpoint),
                new Upstream.ActiveHealth("/healthz", Duration.ofMillis(100), 1, 1),
                Upstream.PassiveHealth.DEFAULT,
                true)));
  }

  private void becomes(Health health) throws InterruptedException {
    Http1FailureTest.await(() -> client.upstreams.endpoints().getFirst().health() == health);
  }

  @Test
  void aBackendIsAskedOverHttp2() throws Exception {
    var status = new AtomicInteger(503);
    try (var backend =
        H2Backend.start(
            (connection, frame) -> connection.answer(frame.stream(), status.get(), "x"))) {
      install(backend.endpoint("a"));

      // On a busy machine the first checks may run out of time before they are sent, which is DOWN
      // too.
      Http1FailureTest.await(() -> !backend.heads().isEmpty());
      becomes(Health.DOWN);
      assertThat(backend.heads().getFirst())
          .contains(":method=GET", ":path=/healthz", ":scheme=http", "user-agent=sallyport-health");
      status.set(204);
      becomes(Health.WELL);
    }
  }

  @Test
  void aBackendThatDoesNotSpeakHttp2IsDown() throws Exception {
    try (var backend = ScriptedBackend.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) {
      install(backend.endpoint("a"));

      becomes(Health.DOWN);
    }
  }
}
