package io.sallyport.loadtest.measure;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What h2load says when it is done.
///
/// @param bodyBytes of all answers
/// @param protocol as ALPN names it, or empty when there was none
public record H2LoadOutput(
    double requestsPerSecond,
    int answers2xx,
    int answers4xx,
    int answersOther,
    int failed,
    long bodyBytes,
    String protocol) {
  private static final Pattern RATE = Pattern.compile("finished in [^,]+, ([\\d.]+) req/s");
  private static final Pattern FAILED =
      Pattern.compile("requests: .* (\\d+) failed, (\\d+) errored, (\\d+) timeout");
  private static final Pattern STATUS =
      Pattern.compile("status codes: (\\d+) 2xx, (\\d+) 3xx, (\\d+) 4xx, (\\d+) 5xx");
  private static final Pattern DATA = Pattern.compile("\\((\\d+)\\) data");
  private static final Pattern PROTOCOL = Pattern.compile("Application protocol: (\\S+)");

  /// @throws IllegalArgumentException when it is not the output of a load that ended
  public static H2LoadOutput parse(String output) {
    Matcher status = find(STATUS, output);
    Matcher failed = find(FAILED, output);
    Matcher protocol = PROTOCOL.matcher(output);
    return new H2LoadOutput(
        Double.parseDouble(find(RATE, output).group(1)),
        Integer.parseInt(status.group(1)),
        Integer.parseInt(status.group(3)),
        Integer.parseInt(status.group(2)) + Integer.parseInt(status.group(4)),
        Integer.parseInt(failed.group(2)) + Integer.parseInt(failed.group(3)),
        Long.parseLong(find(DATA, output).group(1)),
        protocol.find() ? protocol.group(1) : "");
  }

  private static Matcher find(Pattern pattern, String output) {
    Matcher matcher = pattern.matcher(output);
    if (!matcher.find()) {
      throw new IllegalArgumentException("not what h2load says at its end:\n" + output);
    }
    return matcher;
  }
}
