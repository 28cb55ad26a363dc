package io.sallyport.loadtest.generator;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Opens connections, says so, holds them until its standard input ends, and lets go. One that the
/// server ends meanwhile makes it fail: what was measured was not what was asked for.
@Command(
    name = "IdleConnections",
    description = "Opens connections and holds them until standard input ends.",
    footer = {"", "Prints {\"open\":n} when all are open."})
public final class IdleConnections implements Callable<Integer> {
  private static final Duration TO_OPEN = Duration.ofMinutes(2);

  @Option(names = "--port", required = true, description = "Port of the TLS server on 127.0.0.1.")
  int port;

  @Option(
      names = "--server-name",
      defaultValue = "localhost",
      description = "Name in TLS and in requests. Default: ${DEFAULT-VALUE}.")
  @Nullable String serverName;

  @Option(names = "--count", required = true, description = "How many, 1 to 20000.")
  int count;

  @Option(
      names = "--protocol",
      required = true,
      description = "${COMPLETION-CANDIDATES}, in either case.")
  @Nullable Protocol protocol;

  @Option(
      names = "--path",
      description = "Ask for it once on each connection; without it nothing is asked.")
  @Nullable String path;

  @Option(names = "--header", description = "A field of that request, 'name: value'; repeatable.")
  List<String> headers = new java.util.ArrayList<>();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  public static void main(String[] arguments) {
    Program.run(new IdleConnections(), arguments);
  }

  @Override
  public Integer call() throws Exception {
    Target target =
        new Target(
            port,
            Objects.requireNonNull(serverName, "has a default"),
            path == null ? "/" : path,
            Objects.requireNonNull(protocol, "required"),
            headers.stream().map(Header::parse).toList(),
            200);
    try (Dialer dialer = new Dialer(target)) {
      IdleLoad load = new IdleLoad(dialer, target, count, path != null);
      int open = Program.await(load.run(), TO_OPEN);
      System.out.println(String.format(Locale.ROOT, "{\"open\":%d}", open));
      awaitEnd(System.in);
      int lost = load.lost();
      if (lost > 0) {
        throw new IllegalStateException("the server ended " + lost + " connections meanwhile");
      }
      return 0;
    }
  }

  private static void awaitEnd(InputStream in) throws IOException {
    in.transferTo(java.io.OutputStream.nullOutputStream());
  }
}
