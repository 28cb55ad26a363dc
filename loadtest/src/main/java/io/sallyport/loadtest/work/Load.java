package io.sallyport.loadtest.work;

import io.sallyport.loadtest.measure.Protocol;

/// What is sent to a proxy in one round, and so what can be measured.
public sealed interface Load {
  /// Closed loops by h2load; each answer must have this status, and the right size when it is 200.
  ///
  /// @param path below the service's folder; empty: all of the service's numbered paths in turn
  /// @param count how many numbered paths there are, or 0
  /// @param divisor a round is this much shorter than a round of small answers
  record Requests(
      Protocol protocol, String path, int count, Credential credential, int status, int divisor)
      implements Load {
    public boolean uploads() {
      return path.equals("upload");
    }
  }

  /// Closed loops in which callers take turns.
  ///
  /// @param tokens how many of them are alive
  record Callers(Protocol protocol, String path, int tokens) implements Load {}

  /// Requests sent when they are due, whether or not earlier ones have been answered: what is
  /// measured is free of coordinated omission.
  ///
  /// @param rate requests per second
  record FixedRate(Protocol protocol, String path, int rate, int seconds) implements Load {}

  /// New connections, each with a TLS handshake and nothing more.
  record Handshakes(boolean resumed) implements Load {}

  /// Connections that stay, without a request.
  record Idle(Protocol protocol, int connections) implements Load {}

  /// From the start of the process to its first answer.
  record FirstAnswer(String path) implements Load {}
}
