package io.sallyport.loadtest.generator;

import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Asks at a fixed rate, whatever the answers do, and prints how long they took: see [OpenLoad].
@Command(
    name = "OpenLoop",
    description = "Requests at a fixed rate; latency counts from when each was due.",
    footer = {
      "",
      "Prints {\"requests\":n,\"errors\":n,\"p50Micros\":..,\"p99Micros\":..,\"p999Micros\":..,"
          + "\"maxMicros\":..}"
    })
public final class OpenLoop implements Callable<Integer> {
  private static final Duration TO_OPEN = Duration.ofSeconds(30);

  @Mixin TargetOptions target = new TargetOptions();

  @Option(names = "--rate", required = true, description = "Requests per second.")
  int rate;

  @Option(
      names = "--seconds",
      required = true,
      description = "How long is measured, after the warm-up.")
  int seconds;

  @Option(names = "--connections", required = true, description = "Kept open, 1 to 10000.")
  int connections;

  @Option(
      names = "--streams",
      defaultValue = "100",
      description = "At a time on each HTTP/2 connection. Default: ${DEFAULT-VALUE}.")
  int streams;

  @Option(
      names = "--warm-up-seconds",
      defaultValue = "2",
      description = "Sent before, at the same rate, and not counted. Default: ${DEFAULT-VALUE}.")
  int warmUpSeconds;

  @Option(
      names = "--bound-seconds",
      defaultValue = "10",
      description =
          "When an answer is given up: an error of that length. Default: ${DEFAULT-VALUE}.")
  int boundSeconds;

  public static void main(String[] arguments) {
    Program.run(new OpenLoop(), arguments);
  }

  @Override
  public Integer call() throws Exception {
    Target asked = target.target();
    Duration bound = Duration.ofSeconds(boundSeconds);
    Schedule schedule =
        new Schedule(rate, Duration.ofSeconds(warmUpSeconds), Duration.ofSeconds(seconds));
    Duration atMost = schedule.warmUp().plus(schedule.measured()).plus(bound).plus(TO_OPEN);
    try (Dialer dialer = new Dialer(asked)) {
      OpenLoad load = new OpenLoad(dialer, asked, schedule, connections, streams, bound);
      Latencies latencies = Program.await(load.run(), atMost);
      System.err.printf(
          "OpenLoop: own lateness p50 %.1f us, p99 %.1f us%n",
          load.lateness().getValueAtPercentile(50) / 1e3,
          load.lateness().getValueAtPercentile(99) / 1e3);
      System.out.println(latencies.json());
      return 0;
    }
  }
}
