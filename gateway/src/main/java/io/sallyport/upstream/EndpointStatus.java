package io.sallyport.upstream;

/// How an endpoint is, for the management port and for meters.
///
/// @param connections open or being opened, all event loops together
public record EndpointStatus(
    String upstream, String zone, String address, Health health, int connections) {

  public enum Health {
    /// It is given requests.
    WELL,
    /// Real requests failed: it gets none for a while, then one at a time until one succeeds.
    EJECTED,
    /// Its active checks fail: it gets no requests.
    DOWN
  }
}
