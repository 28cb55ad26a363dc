package io.sallyport.loadtest.proxy;

import io.sallyport.loadtest.process.Ended;
import io.sallyport.loadtest.process.Started;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Asks a program for its version.
public final class Versions {
  private static final Duration AT_MOST = Duration.ofMinutes(1);

  private Versions() {}

  /// Runs it; what does not run is missing.
  ///
  /// @param pattern whose first group is the version
  public static Look ask(Started started, String pattern, String... command)
      throws InterruptedException {
    try {
      Ended ended = started.run(List.of(command), AT_MOST);
      Matcher version = Pattern.compile(pattern).matcher(ended.output());
      return ended.well() && version.find()
          ? new Look.Found(version.group(1))
          : new Look.Missing(command[0] + " does not say its version: " + ended.firstLine());
    } catch (IOException e) {
      return new Look.Missing(command[0] + " is not installed");
    }
  }
}
