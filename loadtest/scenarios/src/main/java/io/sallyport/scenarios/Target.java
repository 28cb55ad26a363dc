package io.sallyport.scenarios;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.stream.Stream;

/// Where load is sent: scheme, host and port, nothing else.
///
/// @param origin such as `https://localhost:8443`
record Target(URI origin) {
  private static final int HTTPS = 443;
  private static final int HTTP = 80;

  /// @throws IllegalArgumentException when the address is not an `http` or `https` origin
  Target {
    var scheme = origin.getScheme();
    if (!"https".equals(scheme) && !"http".equals(scheme)) {
      throw new IllegalArgumentException("--target: begin with https:// (or http://)");
    }
    var path = origin.getRawPath();
    if (origin.getHost() == null
        || origin.getRawUserInfo() != null
        || origin.getRawQuery() != null
        || origin.getRawFragment() != null
        || !(path == null || path.isEmpty() || path.equals("/"))) {
      throw new IllegalArgumentException(
          "--target: scheme, host and port only, such as https://localhost:8443; paths are --path");
    }
    origin = URI.create(scheme + "://" + origin.getRawAuthority());
  }

  static Target parse(String text) {
    try {
      return new Target(URI.create(text));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--target " + text + ": " + e.getMessage(), e);
    }
  }

  boolean isTls() {
    return "https".equals(origin.getScheme());
  }

  /// Without the brackets of an IPv6 literal.
  String host() {
    var host = origin.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  int port() {
    if (origin.getPort() != -1) {
      return origin.getPort();
    }
    return isTls() ? HTTPS : HTTP;
  }

  URI with(String path) {
    return URI.create(origin + path);
  }

  /// Whether every address of the host is this machine's own. Asks the resolver.
  ///
  /// @throws IllegalArgumentException when the host has no address
  boolean isLoopback() {
    try {
      return Stream.of(InetAddress.getAllByName(host())).allMatch(InetAddress::isLoopbackAddress);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("--target: " + host() + " has no address", e);
    }
  }

  @Override
  public String toString() {
    return origin.toString();
  }
}
