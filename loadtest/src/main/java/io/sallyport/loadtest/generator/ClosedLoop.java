package io.sallyport.loadtest.generator;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Asks as fast as answers come, with one token or with many, and prints how long it took: see
/// [ClosedLoad].
@Command(
    name = "ClosedLoop",
    description = "A number of requests, as fast as they are answered.",
    footer = {"", "Prints {\"requests\":n,\"errors\":n,\"seconds\":s}"})
public final class ClosedLoop implements Callable<Integer> {
  @Mixin TargetOptions target = new TargetOptions();

  @Option(names = "--requests", required = true, description = "In all.")
  int requests;

  @Option(names = "--connections", required = true, description = "Kept open, 1 to 10000.")
  int connections;

  @Option(
      names = "--streams",
      defaultValue = "1",
      description = "At a time on each HTTP/2 connection. Default: ${DEFAULT-VALUE}.")
  int streams;

  @Option(
      names = "--tokens",
      description = "File with a bearer token on each line; requests show them in turn.")
  @Nullable Path tokens;

  @Option(
      names = "--at-most-seconds",
      defaultValue = "300",
      description = "When to give up. Default: ${DEFAULT-VALUE}.")
  int atMostSeconds;

  public static void main(String[] arguments) {
    Program.run(new ClosedLoop(), arguments);
  }

  @Override
  public Integer call() throws Exception {
    Target asked = target.target();
    Path file = tokens;
    Tokens shown = file == null ? Tokens.none() : Tokens.in(file);
    try (Dialer dialer = new Dialer(asked)) {
      ClosedLoad load = new ClosedLoad(dialer, asked, shown, requests, connections, streams);
      System.out.println(Program.await(load.run(), Duration.ofSeconds(atMostSeconds)).json());
      return 0;
    }
  }
}
