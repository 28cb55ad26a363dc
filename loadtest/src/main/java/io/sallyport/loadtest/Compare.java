package io.sallyport.loadtest;

import io.sallyport.loadtest.process.Cores;
import io.sallyport.loadtest.process.Started;
import io.sallyport.loadtest.report.JsonReport;
import io.sallyport.loadtest.report.MarkdownReport;
import io.sallyport.loadtest.report.Plots;
import io.sallyport.loadtest.report.Run;
import io.sallyport.loadtest.work.Works;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Sallyport beside other proxies, on one machine, in one run. `loadtest/compare` runs it.
@Command(
    name = "loadtest/compare",
    sortOptions = false,
    description =
        "Starts a backend, nginx, HAProxy, Envoy, stock Spring Cloud Gateway and Sallyport, gives them"
            + " the same work in interleaved rounds, and writes what they cost. What this machine does"
            + " not have is said and left out. Ends everything that it started, also on Ctrl-C.")
public final class Compare implements Callable<Integer> {
  private static final int QUICK_ROUNDS = 2;
  private static final int QUICK_REQUESTS = 8_000;
  private static final int CLEANINGS = 20;

  @Option(names = "--only", paramLabel = "REGEX", description = "Works whose label holds this.")
  private String only = "";

  @Option(
      names = "--proxies",
      paramLabel = "NAME",
      split = ",",
      description = "nginx, haproxy, envoy, stock-scg, sallyport; all without it.")
  private Set<String> proxies = Set.of();

  @Option(names = "--rounds", paramLabel = "N", description = "Interleaved rounds. Default: 5.")
  private @Nullable Integer rounds;

  @Option(
      names = "--requests",
      paramLabel = "N",
      description = "Requests in a round of small answers. Default: 30000.")
  private @Nullable Integer requests;

  @Option(names = "--quick", description = "Few rounds and requests: to try it, not to measure.")
  private boolean quick;

  @Option(
      names = "--cores",
      paramLabel = "A,B",
      defaultValue = "0,1",
      description = "The proxy's core, and the one of backend and generator. Default: 0,1.")
  private String cores = "0,1";

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "45",
      description = "After so long nothing new is begun. Default: 45.")
  private int minutes = 45;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the report goes. Default: loadtest/results/DATE.")
  private @Nullable Path out;

  @Option(names = "--list", description = "List the works and end.")
  private boolean list;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(names = "--root", hidden = true, required = true)
  private @Nullable Path root;

  /// @param arguments the launcher's
  public static void main(String[] arguments) {
    CommandLine line = new CommandLine(new Compare());
    line.setExecutionExceptionHandler(
        (problem, command, parsed) -> {
          System.err.println("compare: " + problem.getMessage());
          return problem instanceof IllegalArgumentException
              ? CommandLine.ExitCode.USAGE
              : CommandLine.ExitCode.SOFTWARE;
        });
    System.exit(line.execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    if (list) {
      Works.all().forEach(work -> System.out.printf("%-28s %s%n", work.label(), work.says()));
      return CommandLine.ExitCode.OK;
    }
    Options options = options();
    Path folder = Files.createTempDirectory("sallyport-compare");
    Started started = new Started(folder);
    Thread cleaning =
        new Thread(
            () -> {
              started.close();
              clean(folder);
            });
    Runtime.getRuntime().addShutdownHook(cleaning);
    Run run = new Comparison(options, folder, started).run();
    if (started.over()) {
      return CommandLine.ExitCode.SOFTWARE;
    }
    write(run, options.out());
    System.out.println(MarkdownReport.write(run));
    System.err.println("compare: written to " + options.out());
    return CommandLine.ExitCode.OK;
  }

  private Options options() {
    Path repository = Objects.requireNonNull(root, "required").toAbsolutePath().normalize();
    Path folder =
        out == null
            ? repository.resolve("loadtest/results/" + LocalDate.now(ZoneOffset.UTC))
            : out.toAbsolutePath();
    return new Options(
        repository,
        Path.of(System.getProperty("java.home"), "bin", "java"),
        folder,
        Pattern.compile(only),
        proxies,
        rounds != null ? rounds : quick ? QUICK_ROUNDS : 5,
        requests != null ? requests : quick ? QUICK_REQUESTS : 30_000,
        Cores.parse(cores),
        Duration.ofMinutes(minutes));
  }

  private static void write(Run run, Path out) throws IOException {
    Files.createDirectories(out);
    Files.writeString(out.resolve("results.json"), JsonReport.write(run));
    Files.writeString(out.resolve("README.md"), MarkdownReport.write(run));
    for (var plot : Plots.of(run).entrySet()) {
      Files.writeString(out.resolve(plot.getKey()), plot.getValue());
    }
  }

  /// What runs still writes into the folder for a moment after it was told to end.
  private static void clean(Path folder) {
    for (int attempt = 1; Files.exists(folder) && attempt <= CLEANINGS; attempt++) {
      try {
        delete(folder);
      } catch (IOException | UncheckedIOException e) {
        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      }
    }
    if (Files.exists(folder)) {
      System.err.println("compare: left behind: " + folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    }
  }
}
