package io.sallyport.listener;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/// Where the listener listens, what it promises, and how much it takes.
///
/// @param bindAddress the local address of both ports
/// @param httpsPort 0 takes any free one
/// @param publicPort the port by which clients reach the HTTPS port; 0 means the listening one
/// @param httpPort the port that only redirects; empty switches it off, 0 takes any free one
/// @param hsts what is promised by `Strict-Transport-Security` on every HTTPS answer
/// @param trustedProxies whose `X-Forwarded-For` is believed, and who is exempt from the bound per
///   source
/// @param bounds how much is taken
public record ListenerSettings(
    InetAddress bindAddress,
    int httpsPort,
    int publicPort,
    OptionalInt httpPort,
    Hsts hsts,
    List<Network> trustedProxies,
    Bounds bounds) {

  public ListenerSettings {
    Objects.requireNonNull(bindAddress, "bindAddress");
    port("httpsPort", httpsPort);
    port("publicPort", publicPort);
    httpPort.ifPresent(port -> port("httpPort", port));
    Objects.requireNonNull(hsts, "hsts");
    trustedProxies = List.copyOf(trustedProxies);
    Objects.requireNonNull(bounds, "bounds");
  }

  /// `Strict-Transport-Security` (RFC 6797).
  ///
  /// @param maxAge whole seconds; zero sends no field at all
  public record Hsts(Duration maxAge, boolean includeSubDomains, boolean preload) {
    public static final Hsts DEFAULT = new Hsts(Duration.ofDays(730), true, false);
    public static final Hsts OFF = new Hsts(Duration.ZERO, false, false);

    public Hsts {
      if (maxAge.isNegative()) {
        throw new IllegalArgumentException("hsts.maxAge: not negative, was " + maxAge);
      }
      if (preload && (!includeSubDomains || maxAge.compareTo(Duration.ofDays(365)) < 0)) {
        throw new IllegalArgumentException(
            "hsts.preload: browsers ask for includeSubDomains and a maxAge of at least 365 days");
      }
    }

    /// The field's value.
    String value() {
      return "max-age="
          + maxAge.toSeconds()
          + (includeSubDomains ? "; includeSubDomains" : "")
          + (preload ? "; preload" : "");
    }
  }

  /// How much one client, and all of them, may take.
  ///
  /// @param handshake from the connection to the end of its TLS handshake
  /// @param header from the first byte of a request's head (or the end of the handshake) to its
  ///   last
  /// @param idle without a request, or without progress of a body or an answer that waits for the
  ///   client
  /// @param headerBytes of a request's header section, or trailers
  /// @param headerCount fields of a request's header section, or trailers
  /// @param requestLineBytes of the request line; of `:path` in HTTP/2
  /// @param streams concurrent requests of one HTTP/2 connection
  /// @param connections open at once
  /// @param connectionsPerSource open at once from one IPv4 address or IPv6 /64
  /// @param bytesInFlight of all requests' bodies together: received, not yet passed on
  public record Bounds(
      Duration handshake,
      Duration header,
      Duration idle,
      int headerBytes,
      int headerCount,
      int requestLineBytes,
      int streams,
      int connections,
      int connectionsPerSource,
      long bytesInFlight) {
    public static final Bounds DEFAULT =
        new Bounds(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            32 * 1024,
            100,
            8 * 1024,
            256,
            20_000,
            1_000,
            256L * 1024 * 1024);

    public Bounds {
      positive("handshake", handshake.toMillis());
      positive("header", header.toMillis());
      positive("idle", idle.toMillis());
      between("headerBytes", headerBytes, 1024, 1024 * 1024);
      between("headerCount", headerCount, 1, 10_000);
      between("requestLineBytes", requestLineBytes, 128, 1024 * 1024);
      between("streams", streams, 1, 10_000);
      positive("connections", connections);
      positive("connectionsPerSource", connectionsPerSource);
      positive("bytesInFlight", bytesInFlight);
    }

    private static void positive(String field, long value) {
      between(field, value, 1, Long.MAX_VALUE);
    }

    private static void between(String field, long value, long least, long most) {
      if (value < least || value > most) {
        throw new IllegalArgumentException(
            "bounds." + field + ": between " + least + " and " + most + ", was " + value);
      }
    }
  }

  private static void port(String field, int port) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException(field + ": between 0 and 65535, was " + port);
    }
  }
}
