package io.sallyport.scenarios;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `loadtest/scenario NAME`: load for a deployment of one's own, and a report.
///
/// Exit codes: 0 every bound held, 1 one did not, 2 nothing was sent.
@Command(
    name = "loadtest/scenario",
    description = {
      "Sends load to a deployment of your own, and writes a report.",
      "Ends with 0 when every bound held, with 1 when one did not,",
      "and with 2 when nothing was sent."
    },
    footer = {
      "",
      "Against the demo (./sallyport demo, in another terminal):",
      "  loadtest/scenario steady --target https://localhost:8443 \\",
      "    --ca .sallyport/demo/pki/ca.pem --path '/orders?tenant=acme' \\",
      "    --token-command './sallyport demo token alice'",
      "",
      "docs/operations/load-scenarios.md has a command for each."
    },
    subcommands = {
      ScenarioCommand.Steady.class,
      ScenarioCommand.Burst.class,
      ScenarioCommand.SlowClients.class,
      ScenarioCommand.ZoneLoss.class,
      ScenarioCommand.Reload.class
    })
public final class ScenarioCommand {
  private static final int HELD = 0;
  private static final int NOT_HELD = 1;
  private static final int NOTHING_SENT = 2;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  /// The process's whole life.
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new ScenarioCommand())
        .setExecutionExceptionHandler(
            (problem, command, _) -> {
              var message =
                  problem.getMessage() == null ? problem.toString() : problem.getMessage();
              command.getErr().println("loadtest/scenario: " + message);
              return problem instanceof Refused ? NOTHING_SENT : NOT_HELD;
            });
  }

  /// What keeps a run from beginning.
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(RuntimeException why) {
      super(why.getMessage(), why);
    }
  }

  /// What the five have in common.
  abstract static class Kind implements Callable<Integer> {
    @Mixin LoadOptions options = new LoadOptions();

    /// @throws IllegalArgumentException naming the option
    abstract Scenario scenario();

    @Override
    public final Integer call() throws Refused, IOException, InterruptedException {
      try {
        var scenario = scenario();
        var plan = options.plan(scenario);
        return new ScenarioRun(plan, options.report(scenario), System.out).run() ? HELD : NOT_HELD;
      } catch (IllegalArgumentException | UncheckedIOException e) {
        throw new Refused(e);
      }
    }
  }

  @Command(name = "steady", description = "The same rate all the time.")
  static final class Steady extends Kind {
    @Override
    Scenario scenario() {
      return new Scenario.Steady();
    }
  }

  @Command(
      name = "burst",
      description = {
        "In the middle of the run, many times the rate. Limits may answer",
        "429: that is counted apart, and is no failure."
      })
  static final class Burst extends Kind {
    @Option(
        names = "--factor",
        paramLabel = "N",
        defaultValue = "10",
        description = "Times the rate, 2 to 50 (default: ${DEFAULT-VALUE}).")
    int factor;

    @Option(
        names = "--burst",
        paramLabel = "SPAN",
        defaultValue = "5s",
        converter = SpanConverter.class,
        description = "How long, 1s to 1m (default: ${DEFAULT-VALUE}).")
    Duration length = Duration.ZERO;

    @Override
    Scenario scenario() {
      return new Scenario.Burst(factor, length);
    }
  }

  @Command(
      name = "slow-clients",
      description = {
        "Beside the reads, connections that send a head or a body byte by",
        "byte, or read their answer so. The reads must not suffer."
      })
  static final class SlowClients extends Kind {
    @Option(
        names = "--connections",
        paramLabel = "N",
        defaultValue = "200",
        description = "How many at once, 1 to 2000 (default: ${DEFAULT-VALUE}).")
    int connections;

    @Option(
        names = "--pause",
        paramLabel = "SPAN",
        defaultValue = "1s",
        converter = SpanConverter.class,
        description = "Between two bytes, 10ms to 30s (default: ${DEFAULT-VALUE}).")
    Duration pause = Duration.ZERO;

    @Override
    Scenario scenario() {
      return new Scenario.SlowClients(connections, pause);
    }
  }

  @Command(
      name = "zone-loss",
      description = {
        "A zone goes away and comes back, by commands of yours.",
        "The up command also runs when the run is given up."
      })
  static final class ZoneLoss extends Kind {
    @Option(
        names = "--down-command",
        required = true,
        paramLabel = "CMD",
        description = "Takes the zone away.")
    String down = "";

    @Option(
        names = "--up-command",
        required = true,
        paramLabel = "CMD",
        description = "Brings the zone back.")
    String up = "";

    @Option(
        names = "--down-at",
        paramLabel = "SPAN",
        converter = SpanConverter.class,
        description = "After the load began (default: a quarter of its time).")
    @Nullable Duration downAt;

    @Option(
        names = "--up-at",
        paramLabel = "SPAN",
        converter = SpanConverter.class,
        description = "After the load began (default: five eighths of its time).")
    @Nullable Duration upAt;

    @Override
    Scenario scenario() {
      return new Scenario.ZoneLoss(
          new OperatorCommand(down),
          new OperatorCommand(up),
          downAt == null ? options.duration.dividedBy(4) : downAt,
          upAt == null ? options.duration.multipliedBy(5).dividedBy(8) : upAt);
    }
  }

  @Command(
      name = "reload",
      description = "A command of yours makes the gateway read its bundle again and again.")
  static final class Reload extends Kind {
    @Option(
        names = "--reload-command",
        required = true,
        paramLabel = "CMD",
        description = "Such as touching or replacing a file of the bundle.")
    String command = "";

    @Option(
        names = "--every",
        paramLabel = "SPAN",
        defaultValue = "1s",
        converter = SpanConverter.class,
        description = "How often, 200ms to 1m (default: ${DEFAULT-VALUE}).")
    Duration every = Duration.ZERO;

    @Override
    Scenario scenario() {
      return new Scenario.Reload(new OperatorCommand(command), every);
    }
  }
}
