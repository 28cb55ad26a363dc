package io.sallyport.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sallyport.scenarios.OperatorCommand.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Real commands, which leave lines in a file.
@Timeout(60)
final class CompanionTest {
  private static final Duration NOW = Duration.ZERO;
  private static final Duration SOON = Duration.ofMillis(1);
  private static final Duration NEVER = Duration.ofMinutes(10);

  @TempDir Path folder;

  @Test
  void aZoneGoesAwayAndComesBack() throws Exception {
    var zone = zone(writes("down"), writes("up"), SOON);
    zone.begin();
    await(() -> traces().contains("up"));
    awaitQuiet(zone);
    assertThat(traces()).containsExactly("down", "up");
    assertThat(zone.problems()).isEmpty();
    assertThat(zone.summary()).anyMatch(line -> line.contains("down: done"));
  }

  @Test
  void aZoneThatIsDownWhenTheRunIsGivenUpIsBroughtBack() throws Exception {
    var zone = zone(writes("down"), writes("up"), NEVER);
    zone.begin();
    await(() -> traces().contains("down"));
    zone.close();
    zone.close();
    assertThat(traces()).containsExactly("down", "up");
    assertThat(zone.problems()).containsExactly("the load was over before the zone was back");
  }

  @Test
  void aZoneThatWasNeverTouchedIsLeftAlone() {
    var zone = zone(writes("down"), writes("up"), SOON);
    zone.close();
    assertThat(traces()).isEmpty();
  }

  @Test
  void aZoneThatCouldNotBeTakenAwayIsAProblem() throws Exception {
    var zone = zone(new OperatorCommand("exit 3"), writes("up"), SOON);
    zone.begin();
    await(() -> traces().contains("up"));
    awaitQuiet(zone);
    assertThat(zone.problems()).singleElement().asString().contains("down command: exit code 3");
  }

  @Test
  void aZoneThatDoesNotComeBackIsSaidLoudly() throws Exception {
    var zone = zone(writes("down"), new OperatorCommand("exit 4"), SOON);
    zone.begin();
    await(() -> !zone.problems().isEmpty());
    awaitQuiet(zone);
    assertThat(zone.problems()).anyMatch(problem -> problem.contains("MAY STILL BE DOWN"));
  }

  @Test
  void reloadsGoOnUntilTheLoadIsOver() throws Exception {
    var reloads = reloads(writes("reload"));
    reloads.begin();
    await(() -> traces().size() >= 2);
    reloads.close();
    assertThat(reloads.problems()).isEmpty();
    assertThat(reloads.summary().getLast()).contains("the reload command ran");
  }

  @Test
  void aReloadThatFailsIsAProblemAndTheLast() throws Exception {
    var reloads =
        reloads(new OperatorCommand("echo x >> %s; exit 5".formatted(folder.resolve("traces"))));
    reloads.begin();
    await(() -> !reloads.problems().isEmpty());
    reloads.close();
    assertThat(reloads.problems()).singleElement().asString().contains("exit code 5");
    assertThat(traces()).hasSize(1);
  }

  @Test
  void whatACommandSaysGoesToTheLog() throws Exception {
    var outcome = new OperatorCommand("echo hello; echo oops >&2").run(log());
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    assertThat(log()).content().isEqualTo("hello\noops\n");
  }

  @Test
  void aTokenIsWhatACommandPrints() throws Exception {
    assertThat(new OperatorCommand("echo ' abc.def '").answer()).isEqualTo("abc.def");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OperatorCommand("echo abc; exit 1").answer());
  }

  private ZoneSwitch zone(OperatorCommand down, OperatorCommand up, Duration upAt) {
    return new ZoneSwitch(new Scenario.ZoneLoss(down, up, NOW, upAt), log(), diary());
  }

  private Reloads reloads(OperatorCommand command) {
    return new Reloads(new Scenario.Reload(command, Duration.ofMillis(200)), log(), diary());
  }

  private OperatorCommand writes(String word) {
    return new OperatorCommand("echo " + word + " >> " + folder.resolve("traces"));
  }

  private List<String> traces() {
    try {
      var file = folder.resolve("traces");
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Path log() {
    return folder.resolve("log");
  }

  private static Diary diary() {
    return new Diary(
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
  }

  /// The last command has left its line before its end is noted.
  private static void awaitQuiet(Companion companion) throws InterruptedException {
    await(() -> companion.summary().stream().filter(line -> line.contains(" up: ")).count() == 2);
    companion.close();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(5);
    }
  }
}
