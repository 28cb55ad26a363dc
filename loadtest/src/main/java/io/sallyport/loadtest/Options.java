package io.sallyport.loadtest;

import io.sallyport.loadtest.process.Cores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;

/// What a run was asked for.
///
/// @param root of the repository
/// @param java the program that runs JVMs
/// @param only which works, by label
/// @param proxies by name; empty: all
/// @param requests in a round of small answers; others are sized after it
/// @param atMost after this nothing new is begun
record Options(
    Path root,
    Path java,
    Path out,
    Pattern only,
    Set<String> proxies,
    int rounds,
    int requests,
    Cores cores,
    Duration atMost) {
  Options {
    proxies = Set.copyOf(proxies);
    if (rounds < 1 || rounds > 100) {
      throw new IllegalArgumentException("rounds: 1 to 100, were " + rounds);
    }
    if (requests < 1_000 || requests > 1_000_000) {
      throw new IllegalArgumentException("requests: 1,000 to 1,000,000, were " + requests);
    }
  }
}
