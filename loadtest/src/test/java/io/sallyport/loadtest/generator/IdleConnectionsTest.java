package io.sallyport.loadtest.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IdleConnectionsTest {
  @ParameterizedTest
  @EnumSource
  void holdsConnectionsAndLetsThemGo(Protocol protocol) throws Exception {
    try (var server = TestServer.answering(200)) {
      try (var dialer = new Dialer(server.target(protocol))) {
        var load = new IdleLoad(dialer, server.target(protocol), 100, false);

        assertThat(Program.await(load.run(), Duration.ofSeconds(20))).isEqualTo(100);
        assertThat(server.openConnections()).isEqualTo(100);
        assertThat(server.asked()).isEmpty();
        assertThat(load.lost()).isZero();
      }
      eventually(() -> server.openConnections() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void asksOnceOnEachConnectionWhenTold(Protocol protocol) throws Exception {
    try (var server = TestServer.answering(200);
        var dialer = new Dialer(server.target(protocol))) {
      var load = new IdleLoad(dialer, server.target(protocol), 70, true);

      assertThat(Program.await(load.run(), Duration.ofSeconds(20))).isEqualTo(70);
      assertThat(server.asked()).hasSize(70);
    }
  }

  @Test
  @SuppressWarnings("try") // Ended early: that is what the test is about.
  void tellsWhenTheServerLetGo() throws Exception {
    try (var server = TestServer.answering(200);
        var dialer = new Dialer(server.target(Protocol.H2))) {
      var load = new IdleLoad(dialer, server.target(Protocol.H2), 3, false);
      Program.await(load.run(), Duration.ofSeconds(20));

      server.endConnections();

      eventually(() -> load.lost() == 3);
    }
  }

  @Test
  void failsWhenARequestIsRefused() throws Exception {
    try (var server = TestServer.answering(403);
        var dialer = new Dialer(server.target(Protocol.H1))) {
      var load = new IdleLoad(dialer, server.target(Protocol.H1), 3, true);

      assertThatThrownBy(() -> Program.await(load.run(), Duration.ofSeconds(20)))
          .hasMessageContaining("answered with status 403");
    }
  }

  private static void eventually(java.util.function.BooleanSupplier holds) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      Thread.sleep(5);
    }
  }
}
