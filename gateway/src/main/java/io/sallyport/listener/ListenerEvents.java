package io.sallyport.listener;

/// Hears what becomes of connections; telemetry counts it. Called on event loops, once per
/// connection at most: must not block, must not throw.
public interface ListenerEvents {

  /// A TLS handshake succeeded.
  ///
  /// @param protocol `TLSv1.3` or `TLSv1.2`
  /// @param group of the key agreement, as its provider spells it; empty when that does not tell
  void secured(String protocol, String group);

  /// A TLS handshake did not succeed.
  void notSecured(Failure why);

  /// A connection was closed at once, because of a bound.
  void turnedAway(Bound bound);

  /// Why a handshake did not succeed.
  enum Failure {
    /// It took longer than allowed.
    TIMEOUT,
    /// The client left.
    CLOSED,
    /// The two did not agree, or what the client sent is not TLS.
    FAILED
  }

  /// What a connection was one too many of.
  enum Bound {
    ALL,
    SOURCE
  }

  /// Nobody listens.
  ListenerEvents NONE =
      new ListenerEvents() {
        @Override
        public void secured(String protocol, String group) {}

        @Override
        public void notSecured(Failure why) {}

        @Override
        public void turnedAway(Bound bound) {}
      };
}
