package io.sallyport.loadtest.generator;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Makes TLS 1.3 handshakes by the count, full ones or resumed ones: see [HandshakeLoad].
@Command(
    name = "Handshakes",
    description = "TLS 1.3 handshakes, each on a connection of its own.",
    footer = {"", "Prints {\"handshakes\":n,\"resumed\":n,\"failed\":n,\"seconds\":s}"})
public final class Handshakes implements Callable<Integer> {
  @Option(names = "--port", required = true, description = "Port of the TLS server on 127.0.0.1.")
  int port;

  @Option(
      names = "--server-name",
      defaultValue = "localhost",
      description = "Server name of TLS. Default: ${DEFAULT-VALUE}.")
  @Nullable String serverName;

  @Option(names = "--count", required = true, description = "How many in all.")
  int count;

  @Option(
      names = "--resume",
      description = "Resume sessions: all but the first of each place of the concurrency.")
  boolean resume;

  @Option(
      names = "--concurrency",
      defaultValue = "8",
      description = "How many at a time. Default: ${DEFAULT-VALUE}.")
  int concurrency;

  @Option(
      names = "--at-most-seconds",
      defaultValue = "300",
      description = "When to give up. Default: ${DEFAULT-VALUE}.")
  int atMostSeconds;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  public static void main(String[] arguments) {
    Program.run(new Handshakes(), arguments);
  }

  @Override
  public Integer call() throws Exception {
    String name = Objects.requireNonNull(serverName, "has a default");
    try (HandshakeLoad load = new HandshakeLoad(name, port, count, resume, concurrency)) {
      System.out.println(Program.await(load.run(), Duration.ofSeconds(atMostSeconds)).json());
      return 0;
    }
  }
}
