package io.sallyport.loadtest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A bounded load by h2load, pinned to the core that the proxy is not on.
///
/// @param requests in all
/// @param connections kept alive through the load
/// @param streams at a time on each HTTP/2 connection
record Load(Protocol protocol, String path, int requests, int connections, int streams) {
  private static final Pattern STATUS =
      Pattern.compile("status codes: (\\d+) 2xx, (\\d+) 3xx, (\\d+) 4xx, (\\d+) 5xx");
  private static final Pattern RATE = Pattern.compile("finished in [^,]+, ([\\d.]+) req/s");

  enum Protocol {
    H1,
    H2;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What one round came to.
  record Round(double cpuMicrosPerRequest, double requestsPerSecond) {}

  /// Sends the load; a request that is not answered 2xx makes the round worthless, so it is an
  /// error.
  Round send(Proxy proxy, int core, String token) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "taskset",
                "-c",
                String.valueOf(core),
                "h2load",
                "-t",
                "1",
                "-n",
                String.valueOf(requests),
                "-c",
                String.valueOf(connections),
                "-m",
                String.valueOf(protocol == Protocol.H2 ? streams : 1),
                "-H",
                "authorization: Bearer " + token,
                "--connect-to",
                "127.0.0.1:" + proxy.port()));
    if (protocol == Protocol.H1) {
      command.add("--h1");
    }
    command.add("https://localhost:" + proxy.port() + path);
    double before = proxy.cpuSeconds();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    double cpu = proxy.cpuSeconds() - before;
    Matcher status = STATUS.matcher(output);
    Matcher rate = RATE.matcher(output);
    if (!status.find() || !rate.find() || Integer.parseInt(status.group(1)) != requests) {
      throw new IllegalStateException(proxy.name() + " did not answer every request:\n" + output);
    }
    return new Round(cpu * 1e6 / requests, Double.parseDouble(rate.group(1)));
  }
}
