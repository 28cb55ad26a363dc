package io.sallyport.boot;

import io.sallyport.cli.ConfigurationRefused;
import io.sallyport.listener.Certificates;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// Keeps the public port's certificates as their files are: looks every second, and takes new ones
/// when all of them can be used. Until then the old ones serve.
final class CertificateWatch implements AutoCloseable {
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final TlsFiles files;
  private final Certificates certificates;
  private final Runnable taken;
  private final Consumer<String> refused;
  private final Thread watcher;

  // The watcher's own.
  private List<String> seen;

  /// @param taken hears that new certificates serve
  /// @param refused hears why they do not, once for each change of the files
  CertificateWatch(
      TlsFiles files, Certificates certificates, Runnable taken, Consumer<String> refused) {
    this.files = files;
    this.certificates = certificates;
    this.taken = taken;
    this.refused = refused;
    this.seen = files.look();
    this.watcher = Thread.ofPlatform().name("certificate-watcher").daemon().start(this::watch);
  }

  private void watch() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(LOOK);
        var now = files.look();
        if (!now.equals(seen)) {
          seen = now;
          reload();
        }
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private void reload() {
    try {
      certificates.replace(files.read());
      taken.run();
    } catch (ConfigurationRefused | IllegalArgumentException e) {
      refused.accept(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    watcher.interrupt();
  }
}
