package io.sallyport.loadtest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Where the time, the allocation and the system calls of one request go: the gateway with every
/// check on, under load, looked at from outside. `loadtest/profile` runs it.
public final class Profile {
  private static final int WARM_UP = 150_000;
  private static final int MEASURED = 150_000;
  private static final int COUNTED = 30_000;

  private Profile() {}

  /// @param args the project's folder, then the options of `loadtest/profile`
  public static void main(String[] args) throws Exception {
    Options options;
    try {
      options = Options.of(args);
    } catch (IllegalArgumentException e) {
      System.err.println("profile: " + e.getMessage());
      System.exit(2);
      return;
    }
    Files.createDirectories(options.out());
    try (GatewayUnderLoad gateway =
        GatewayUnderLoad.start(options.root().resolve("sallyport"), options.work().variant())) {
      String report = new Profile.Run(options, gateway).report();
      Files.writeString(options.out().resolve("profile.md"), report);
      System.out.println(report);
    }
    System.err.println("profile: flame graphs and tables are in " + options.out());
    System.exit(0);
  }

  /// One profile of one work.
  private record Run(Options options, GatewayUnderLoad gateway) {
    String report() throws Exception {
      ProfiledWork work = options.work();
      say("warming up");
      gateway.send(work, work.requests(WARM_UP));
      Allocated before = Allocated.read(gateway.pid());
      int requests = work.requests(MEASURED);
      say("counting allocation");
      GatewayUnderLoad.Round plain = gateway.send(work, requests);
      Allocated allocated = Allocated.read(gateway.pid()).since(before);
      StringBuilder report = new StringBuilder();
      report.append(
          String.format(
              Locale.ROOT,
              "# Profile of %s, %s%n%n%.1f µs of CPU and %d bytes allocated a request, %.0f requests"
                  + " a second, before any profiler was attached.%n%n",
              work.label(),
              options.date(),
              plain.cpuMicrosPerRequest(),
              allocated.all() / requests,
              plain.requestsPerSecond()));
      report.append(byThread(allocated, requests));
      report.append("# CPU\n\n").append(sampled(Profiler.Event.CPU, plain.cpuMicrosPerRequest()));
      if (!options.quick()) {
        report
            .append("# Allocation\n\n")
            .append(sampled(Profiler.Event.ALLOC, (double) allocated.all() / requests));
        say("counting system calls");
        int counted = work.requests(COUNTED);
        report
            .append("# System calls\n\n")
            .append(
                SystemCalls.during(
                    gateway.pid(), counted, () -> gateway.send(work, counted), options.out()));
      }
      return report.toString();
    }

    private String sampled(Profiler.Event event, double wholePerRequest) throws Exception {
      ProfiledWork work = options.work();
      Profiler profiler =
          new Profiler(
              Profiler.libraryBelow(options.root().resolve("loadtest/target/profiler")),
              gateway.pid());
      say("sampling " + event.label());
      profiler.start(event);
      GatewayUnderLoad.Round round = gateway.send(work, work.requests(MEASURED));
      Stacks stacks =
          Stacks.read(
              profiler.stop(event, options.out(), "Sallyport " + work.label() + " " + event),
              event);
      return String.format(
              Locale.ROOT,
              "%.1f µs of CPU a request while sampled%s. Flame graph: `%s.html`.%n%n",
              round.cpuMicrosPerRequest(),
              event == Profiler.Event.CPU && !stacks.seesTheKernel()
                  ? ", without a view into the kernel"
                  : "",
              event.label())
          + stacks.tables(
              options.top(), wholePerRequest, event == Profiler.Event.CPU ? "µs" : "bytes");
    }

    private static String byThread(Allocated allocated, int requests) {
      return allocated.bytes().entrySet().stream()
          .filter(entry -> entry.getValue() / requests > 0)
          .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
          .map(
              entry ->
                  String.format(
                      Locale.ROOT,
                      "* `%s`: %d bytes a request%n",
                      entry.getKey(),
                      entry.getValue() / requests))
          .collect(Collectors.joining("", "", "\n"));
    }

    private void say(String what) {
      System.err.println("profile: " + options.work().label() + ": " + what);
    }
  }

  /// What was asked for.
  private record Options(
      Path root, ProfiledWork work, Path out, String date, int top, boolean quick) {
    static Options of(String[] args) {
      Path root = Path.of(args[0]);
      ProfiledWork work = ProfiledWork.H1_1K;
      Path out = null;
      int top = 30;
      boolean quick = false;
      for (int i = 1; i < args.length; i++) {
        String option = args[i];
        if (option.equals("--quick")) {
          quick = true;
          continue;
        }
        if (i + 1 == args.length) {
          throw new IllegalArgumentException(option + " is unknown, or misses its value");
        }
        String value = args[++i];
        switch (option) {
          case "--work" -> work = ProfiledWork.named(value);
          case "--out" -> out = Path.of(value).toAbsolutePath();
          case "--top" -> top = Integer.parseInt(value);
          default -> throw new IllegalArgumentException(option + " is unknown");
        }
      }
      String date =
          LocalDateTime.now(ZoneId.systemDefault())
              .format(DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmm"));
      return new Options(
          root,
          work,
          out == null ? root.resolve("loadtest/results/profile-" + date + "-" + work.label()) : out,
          date,
          top,
          quick);
    }
  }
}
