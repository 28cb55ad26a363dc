package io.sallyport.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatling.commons.util.GatlingVersion;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What ends with 2: nothing is sent, and no token is asked for.
final class ScenarioCommandTest {
  private static final int NOTHING_SENT = 2;

  @TempDir Path folder;

  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(strings = {"steady", "burst", "slow-clients", "zone-loss", "reload"})
  void everyScenarioHasHelp(String name) {
    assertThat(execute(name, "--help")).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "steady | --target",
        "steady --target https://localhost --rate 0 | --rate",
        "steady --target https://localhost --rate many | --rate",
        "steady --target https://localhost --duration 1h | --duration",
        "steady --target https://localhost --ca a.pem --insecure | mutually exclusive",
        "steady --target https://localhost --ca /nowhere.pem | cannot be read",
        "steady --target https://localhost --token /nowhere | --token /nowhere",
        "steady --target https://192.0.2.1 | --yes-this-is-mine",
        "steady --target https://localhost --p99 0 | --p99",
        "steady --target https://localhost --max-failures -1 | --max-failures",
        "burst --target https://localhost --burst 2m | --burst",
        "slow-clients --target https://localhost --connections 9999 | --connections",
        "zone-loss --target https://localhost --up-command true | --down-command",
        "zone-loss --target https://localhost --down-command true | --up-command",
        "reload --target https://localhost | --reload-command",
        "reload --target https://localhost --reload-command true --every 1ms | --every",
        "quickly --target https://localhost | quickly"
      })
  void refusesWithTheNameOfTheOption(String line, String named) {
    var out = folder.resolve("out").toString();
    var words = new ArrayList<>(List.of(line.strip().split(" ")));
    if (words.size() > 1) {
      words.addAll(List.of("--out", out));
    }
    assertThat(execute(words.toArray(String[]::new))).isEqualTo(NOTHING_SENT);
    assertThat(err.toString()).contains(named.strip());
  }

  @Test
  void runsNoTokenCommandForATargetThatItRefuses() {
    var trace = folder.resolve("trace");
    assertThat(
            execute("steady", "--target", "https://192.0.2.1", "--token-command", "touch " + trace))
        .isEqualTo(NOTHING_SENT);
    assertThat(trace).doesNotExist();
  }

  @Test
  void refusesAFolderWithAReportInIt() throws Exception {
    Files.writeString(folder.resolve("index.html"), "an older report");
    assertThat(execute("steady", "--target", "https://localhost", "--out", folder.toString()))
        .isEqualTo(NOTHING_SENT);
    assertThat(err.toString()).contains("is not empty");
  }

  @Test
  void sendsNoLoadToATargetThatDoesNotAnswer() {
    assertThat(
            execute(
                "steady",
                "--target",
                "http://127.0.0.1:1",
                "--out",
                folder.resolve("out").toString()))
        .isEqualTo(NOTHING_SENT);
    assertThat(err.toString()).contains("no load was sent");
  }

  @Test
  void asksNobodyForANewerGatling() {
    QuietPreferences.install();
    assertThat(GatlingVersion.LatestRelease().get().toString()).contains("3.0.0");
  }

  private int execute(String... words) {
    return ScenarioCommand.commandLine().setErr(new PrintWriter(err, true)).execute(words);
  }
}
