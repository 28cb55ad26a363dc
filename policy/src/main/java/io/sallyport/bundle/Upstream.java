package io.sallyport.bundle;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where requests are carried: endpoints in zones, and how to tell that one is well. Health,
/// connections and counters outlive a bundle: they are keyed by this id and the endpoint's address.
///
/// @param tls null: cleartext
/// @param preferOwnZone `balance.zones.prefer: own`, the default
public record Upstream(
    String id,
    @Nullable Tls tls,
    List<Endpoint> endpoints,
    @Nullable ActiveHealth activeHealth,
    PassiveHealth passiveHealth,
    boolean preferOwnZone) {

  public Upstream {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("endpoints: at least one");
    }
  }

  /// One backend.
  ///
  /// @param address host and port, spelt once: each request's record names it
  public record Endpoint(String host, int port, String zone, String address) {
    public Endpoint(String host, int port, String zone) {
      this(host, port, zone, host + ':' + port);
    }
  }

  /// TLS to the backend.
  ///
  /// @param trust name of a Spring Boot SSL bundle whose trust store vouches for backends
  /// @param serverName SNI name, and the name that the certificate must carry; null: the endpoint's
  ///   host
  public record Tls(String trust, @Nullable String serverName) {}

  /// A request that the gateway makes by itself to see whether an endpoint is well.
  public record ActiveHealth(String path, Duration every, int unhealthyAfter, int healthyAfter) {}

  /// What is learnt from real requests.
  ///
  /// @param consecutiveFailures failures in a row that eject an endpoint
  /// @param eject how long it stays out
  /// @param maxEjectedPercent at most this share of the endpoints is out at a time; a zone that
  ///   failed as a whole is ejected nevertheless while another zone is healthy
  public record PassiveHealth(int consecutiveFailures, Duration eject, int maxEjectedPercent) {
    public static final PassiveHealth DEFAULT = new PassiveHealth(5, Duration.ofSeconds(30), 50);
  }
}
