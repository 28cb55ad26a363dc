package io.sallyport.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.admin.ManagementGate.Answer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.security.crypto.bcrypt.BCrypt;

final class ManagementGateTest {
  private static final ManagementToken TOKEN = ManagementToken.make();

  private final AtomicLong now = new AtomicLong();

  @Test
  void theTokenOpensAndNothingElseDoes() throws Exception {
    try (var gate = gate(TOKEN.hash())) {
      assertThat(ask(gate, "Bearer " + TOKEN.token())).isEqualTo(Answer.ADMITTED);
      assertThat(ask(gate, "bearer " + TOKEN.token())).isEqualTo(Answer.ADMITTED);
      assertThat(ask(gate, "Bearer " + TOKEN.token() + "x")).isEqualTo(Answer.REFUSED);
      assertThat(ask(gate, "Basic " + TOKEN.token())).isEqualTo(Answer.REFUSED);
      assertThat(ask(gate, "Bearer ")).isEqualTo(Answer.REFUSED);
      assertThat(ask(gate, "Bearer " + "x".repeat(73))).isEqualTo(Answer.REFUSED);
      assertThat(ask(gate)).isEqualTo(Answer.REFUSED);
      var good = "Bearer " + TOKEN.token();
      assertThat(ask(gate, good, good)).isEqualTo(Answer.REFUSED);
    }
  }

  @Test
  void withoutAHashNobodyIsLetIn() throws Exception {
    try (var gate = gate()) {
      assertThat(ask(gate, "Bearer " + TOKEN.token())).isEqualTo(Answer.REFUSED);
    }
  }

  @Test
  void whatASchedulerAndAVerifierMustSeeIsOpen() throws Exception {
    try (var gate = gate()) {
      for (String path : List.of("/live", "/ready", "/.well-known/jwks.json")) {
        assertThat(gate.ask(path, List.of()).get()).isEqualTo(Answer.ADMITTED);
      }
      for (String path : List.of("/", "/live/", "/LIVE", "/live;x", "/metrics", "/actuator")) {
        assertThat(gate.ask(path, List.of()).get()).isEqualTo(Answer.REFUSED);
      }
    }
  }

  @Test
  void guessesAreBoundedAndTheKnownTokenStillOpens() throws Exception {
    try (var gate = gate(TOKEN.hash())) {
      assertThat(ask(gate, "Bearer " + TOKEN.token())).isEqualTo(Answer.ADMITTED);

      for (int i = 0; i < 9; i++) {
        assertThat(ask(gate, "Bearer guess" + i)).isEqualTo(Answer.REFUSED);
      }
      assertThat(ask(gate, "Bearer one-more")).isEqualTo(Answer.TOO_MANY_ATTEMPTS);
      assertThat(ask(gate, "Bearer guess1")).isEqualTo(Answer.REFUSED);
      assertThat(ask(gate, "Bearer " + TOKEN.token())).isEqualTo(Answer.ADMITTED);

      now.addAndGet(TimeUnit.MILLISECONDS.toNanos(200));
      assertThat(ask(gate, "Bearer one-more")).isEqualTo(Answer.REFUSED);
    }
  }

  @Test
  void noFloodOfGuessesDrivesTheKnownTokenOut() throws Exception {
    // The cheapest cost that bcrypt has: many guesses are checked here.
    var cheap = BCrypt.hashpw("good", BCrypt.gensalt(4));
    try (var gate = gate(cheap)) {
      assertThat(ask(gate, "Bearer good")).isEqualTo(Answer.ADMITTED);
      for (int i = 0; i < 1100; i++) {
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(200));
        assertThat(ask(gate, "Bearer guess" + i)).isEqualTo(Answer.REFUSED);
      }
      for (int i = 0; i < 20; i++) {
        ask(gate, "Bearer more" + i);
      }

      assertThat(ask(gate, "Bearer good")).isEqualTo(Answer.ADMITTED);
    }
  }

  private ManagementGate gate(String... hashes) {
    return new ManagementGate(List.of(hashes), now::get);
  }

  private static Answer ask(ManagementGate gate, String... authorization) throws Exception {
    return gate.ask("/metrics", List.of(authorization)).get(10, TimeUnit.SECONDS);
  }
}
