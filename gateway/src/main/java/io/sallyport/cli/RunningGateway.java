package io.sallyport.cli;

/// A gateway that serves in this process.
public interface RunningGateway extends AutoCloseable {

  /// Where it serves, for people: `https://localhost:8443`.
  String address();

  /// The port that it listens on for HTTPS.
  int httpsPort();

  /// The port that answers in clear with redirects; 0 when there is none.
  int httpPort();

  /// The port of health, metrics and keys.
  int managementPort();

  /// Short id of the bundle that is in force now.
  String bundle();

  /// Drains and stops; returns when everything has ended. Idempotent, safe from any thread.
  @Override
  void close();
}
