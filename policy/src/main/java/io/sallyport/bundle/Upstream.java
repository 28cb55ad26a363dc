package io.sallyport.bundle;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where requests are carried: endpoints in zones, and how to tell that one is well. Health,
/// connections and counters outlive a bundle: they are keyed by this id and the endpoint's address.
///
/// @param tls null: cleartext. Always there for [Protocol#H2], never for [Protocol#H2C]
/// @param preferOwnZone `balance.zones.prefer: own`, the default
public record Upstream(
    String id,
    Protocol protocol,
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
    switch (protocol) {
      case H1 -> {}
      case H2 -> {
        if (tls == null) {
          throw new IllegalArgumentException("h2: only with TLS");
        }
      }
      case H2C -> {
        if (tls != null) {
          throw new IllegalArgumentException("h2c: only without TLS");
        }
      }
    }
  }

  /// What is spoken to the backend.
  public enum Protocol {
    /// HTTP/1.1, with TLS or without.
    H1,
    /// HTTP/2 inside TLS, agreed on by ALPN (RFC 9113 §3.2).
    H2,
    /// HTTP/2 in cleartext, with prior knowledge (RFC 9113 §3.3).
    H2C
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
