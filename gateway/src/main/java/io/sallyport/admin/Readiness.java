package io.sallyport.admin;

/// Whether new requests are welcome here: what `/ready` answers. Any thread.
public final class Readiness {

  /// The life of a gateway, in order.
  public enum Phase {
    STARTING,
    SERVING,
    DRAINING
  }

  private volatile Phase phase = Phase.STARTING;

  public Phase phase() {
    return phase;
  }

  /// The gateway serves now.
  public void serving() {
    phase = Phase.SERVING;
  }

  /// The gateway is about to stop: whoever balances load must look elsewhere.
  public void draining() {
    phase = Phase.DRAINING;
  }
}
