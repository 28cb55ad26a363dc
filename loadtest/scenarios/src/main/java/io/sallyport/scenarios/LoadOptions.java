package io.sallyport.scenarios;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/// The options that every scenario has.
final class LoadOptions {
  private static final String RESULTS = "loadtest/results/scenarios";

  @Option(
      names = "--target",
      required = true,
      paramLabel = "URL",
      description = "Where load is sent, such as https://localhost:8443.")
  String target = "";

  @Option(
      names = "--yes-this-is-mine",
      description = "The target is not on this machine, is yours, and who runs it knows.")
  boolean mine;

  @Option(
      names = "--path",
      paramLabel = "PATH",
      description = {
        "What is read, with its query. Repeat for more: the first",
        "with the first token, and so on (default: /)."
      })
  List<String> paths = new ArrayList<>();

  @Option(
      names = "--token",
      paramLabel = "FILE",
      description = "A file with a bearer token. Repeat for more callers.")
  List<Path> tokenFiles = new ArrayList<>();

  @Option(
      names = "--token-command",
      paramLabel = "CMD",
      description = {"A command that prints a bearer token; run once.", "Repeat for more callers."})
  List<String> tokenCommands = new ArrayList<>();

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "20",
      description = "Reads per second, 1 to 2000 (default: ${DEFAULT-VALUE}).")
  int rate;

  @Option(
      names = "--duration",
      paramLabel = "SPAN",
      defaultValue = "60s",
      converter = SpanConverter.class,
      description = "How long, 1s to 15m (default: ${DEFAULT-VALUE}).")
  Duration duration = Duration.ZERO;

  @Option(
      names = "--max-failures",
      paramLabel = "N",
      defaultValue = "0",
      description = "The most reads that may fail (default: ${DEFAULT-VALUE}).")
  int maxFailures;

  @Option(
      names = "--p99",
      paramLabel = "MS",
      description = {
        "The most milliseconds that 99 reads of 100 may take",
        "(default: 500; 2000 for zone-loss)."
      })
  @Nullable Integer p99Millis;

  @ArgGroup @Nullable TrustChoice trust;

  @Option(names = "--http2", description = "HTTP/2 where the target offers it.")
  boolean http2;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the report goes; new or empty (default: " + RESULTS + "/NAME-DATE).")
  @Nullable Path out;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  /// One of two.
  static final class TrustChoice {
    @Option(
        names = "--ca",
        paramLabel = "PEM",
        description = "The authorities that may vouch for the target, and no others.")
    @Nullable Path authority;

    @Option(names = "--insecure", description = "Do not check the target's certificate.")
    boolean insecure;
  }

  /// @throws IllegalArgumentException naming the option
  Plan plan(Scenario scenario) throws InterruptedException {
    // What costs nothing to refuse is refused before any command runs for a token.
    var where = Target.parse(target);
    plan(scenario, where, Reader.pair(pathsOrRoot(), List.of()));
    return plan(scenario, where, Reader.pair(pathsOrRoot(), tokens()));
  }

  private Plan plan(Scenario scenario, Target where, List<Reader> readers) {
    var p99 = p99Millis == null ? defaultP99(scenario) : p99Millis;
    return new Plan(
        scenario,
        where,
        readers,
        rate,
        duration,
        new Plan.Bounds(maxFailures, p99),
        trusted(),
        http2,
        mine);
  }

  ReportFolder report(Scenario scenario) throws IOException {
    var now =
        LocalDateTime.now(ZoneId.systemDefault())
            .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
    return ReportFolder.make(
        out != null
            ? out
            : Path.of(System.getProperty("sallyport.home", ""))
                .resolve(RESULTS)
                .resolve(scenario.word() + "-" + now));
  }

  private List<String> pathsOrRoot() {
    return paths.isEmpty() ? List.of("/") : paths;
  }

  private List<String> tokens() throws InterruptedException {
    var tokens = new ArrayList<String>();
    for (var file : tokenFiles) {
      try {
        tokens.add(Files.readString(file).strip());
      } catch (IOException e) {
        throw new UncheckedIOException("--token " + file + ": cannot be read", e);
      }
    }
    for (var command : tokenCommands) {
      tokens.add(new OperatorCommand(command).answer());
    }
    return tokens;
  }

  private Trust trusted() {
    var choice = trust;
    if (choice == null) {
      return new Trust.Known();
    }
    var pem = choice.authority;
    return pem == null ? new Trust.Anybody() : new Trust.Authority(pem);
  }

  private static int defaultP99(Scenario scenario) {
    return switch (scenario) {
      case Scenario.ZoneLoss _ -> 2000;
      case Scenario.Steady _, Scenario.Burst _, Scenario.SlowClients _, Scenario.Reload _ -> 500;
    };
  }
}
