package io.sallyport.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PlanTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final OperatorCommand COMMAND = new OperatorCommand("true");

  @Test
  void acceptsALoadForThisMachine() {
    var plan = plan(new Scenario.Steady(), "https://localhost:8443", 20, MINUTE, false);
    assertThat(plan.expectedReads()).isEqualTo(1200);
    assertThat(plan.expectedStatuses()).contains(200).doesNotContain(429);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://192.0.2.1", "http://[2001:db8::1]:8443", "https://10.0.0.7:443"})
  void refusesATargetAwayFromThisMachineUnlessTheOperatorSaysItIsTheirs(String target) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan(new Scenario.Steady(), target, 20, MINUTE, false))
        .withMessageContaining("only to a deployment of your own")
        .withMessageContaining("--yes-this-is-mine");
    assertThatCode(() -> plan(new Scenario.Steady(), target, 20, MINUTE, true))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({"0, 60, --rate", "2001, 60, --rate", "20, 0, --duration", "20, 901, --duration"})
  void refusesTooLittleAndTooMuch(int rate, int seconds, String option) {
    var duration = Duration.ofSeconds(seconds);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> local(new Scenario.Steady(), rate, duration))
        .withMessageContaining(option);
  }

  @Test
  void acceptsTheMostThatItSays() {
    assertThatCode(() -> local(new Scenario.Steady(), 2000, Duration.ofMinutes(15)))
        .doesNotThrowAnyException();
    assertThatCode(() -> local(new Scenario.Burst(50, Duration.ofSeconds(5)), 100, MINUTE))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesABurstThatIsTooHigh() {
    var burst = new Scenario.Burst(50, Duration.ofSeconds(5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> local(burst, 101, MINUTE))
        .withMessageContaining("5050 is more than 5000");
  }

  @Test
  void countsABurstAndTakes429ForAnAnswerInIt() {
    var plan = local(new Scenario.Burst(10, Duration.ofSeconds(5)), 20, MINUTE);
    assertThat(plan.expectedReads()).isEqualTo(20 * 55 + 200 * 5);
    assertThat(plan.expectedStatuses()).contains(200, 429).doesNotContain(500, 503);
  }

  @Test
  void refusesALoadThatIsOverBeforeTheScenarioIs() {
    var loss =
        new Scenario.ZoneLoss(COMMAND, COMMAND, Duration.ofSeconds(10), Duration.ofSeconds(60));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> local(loss, 20, MINUTE))
        .withMessageContaining("zone-loss needs more than 60s");
  }

  @Test
  void refusesScenariosThatAreNone() {
    var second = Duration.ofSeconds(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Scenario.ZoneLoss(COMMAND, COMMAND, second, second));
    assertThatIllegalArgumentException().isThrownBy(() -> new Scenario.Burst(1, second));
    assertThatIllegalArgumentException().isThrownBy(() -> new Scenario.Burst(51, second));
    assertThatIllegalArgumentException().isThrownBy(() -> new Scenario.Burst(2, Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> new Scenario.SlowClients(0, second));
    assertThatIllegalArgumentException().isThrownBy(() -> new Scenario.SlowClients(2001, second));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Scenario.SlowClients(1, Duration.ofMillis(9)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Scenario.Reload(COMMAND, Duration.ofMillis(199)));
    assertThatIllegalArgumentException().isThrownBy(() -> new OperatorCommand(" "));
    assertThatIllegalArgumentException().isThrownBy(() -> new Plan.Bounds(-1, 500));
    assertThatIllegalArgumentException().isThrownBy(() -> new Plan.Bounds(0, 0));
  }

  private static Plan local(Scenario scenario, int rate, Duration duration) {
    return plan(scenario, "https://127.0.0.1:8443", rate, duration, false);
  }

  private static Plan plan(
      Scenario scenario, String target, int rate, Duration duration, boolean mine) {
    return new Plan(
        scenario,
        Target.parse(target),
        List.of(new Reader("/orders", Optional.empty())),
        rate,
        duration,
        new Plan.Bounds(0, 500),
        new Trust.Known(),
        false,
        mine);
  }
}
