package io.sallyport.loadtest.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HandshakesTest {
  @Test
  void makesFullHandshakesOnly() throws Exception {
    try (var server = TestServer.answering(200)) {
      var outcome = run(server, 40, false);

      assertThat(outcome.handshakes()).isEqualTo(40);
      assertThat(outcome.resumed()).isZero();
      assertThat(outcome.failed()).isZero();
      assertThat(server.acceptedConnections()).isEqualTo(40);
      assertThat(server.resumedSessions()).isZero();
    }
  }

  @Test
  void resumesAllButTheFirstOfEachPlace() throws Exception {
    try (var server = TestServer.answering(200)) {
      var outcome = run(server, 40, true);

      assertThat(outcome.handshakes()).isEqualTo(40);
      assertThat(outcome.resumed()).isEqualTo(36);
      assertThat(outcome.failed()).isZero();
      // Both ends say so.
      assertThat(server.resumedSessions()).isEqualTo(36);
      // Nothing but handshakes is asked of the server.
      assertThat(server.asked()).isEmpty();
    }
  }

  @Test
  void countsHandshakesThatFailed() throws Exception {
    int nobody;
    try (var server = TestServer.answering(200)) {
      nobody = server.port();
    }
    try (var load = new HandshakeLoad("localhost", nobody, 10, false, 4)) {
      var outcome = Program.await(load.run(), Duration.ofSeconds(20));

      assertThat(outcome.handshakes()).isZero();
      assertThat(outcome.failed()).isEqualTo(10);
    }
  }

  private static HandshakeLoad.Outcome run(TestServer server, int count, boolean resume)
      throws Exception {
    try (var load = new HandshakeLoad("localhost", server.port(), count, resume, 4)) {
      return Program.await(load.run(), Duration.ofSeconds(20));
    }
  }
}
