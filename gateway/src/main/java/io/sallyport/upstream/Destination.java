package io.sallyport.upstream;

import io.netty.util.NetUtil;
import io.sallyport.bundle.Upstream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/// What a pooled connection is for: an endpoint, and the protocol and TLS that are spoken to it.
/// Known by identity: a connection made under another trust store belongs to another destination.
final class Destination {
  private final EndpointState state;
  private final Upstream.Endpoint endpoint;
  private final Upstream.Protocol protocol;
  private final @Nullable BackendTls tls;
  private final InetSocketAddress address;

  Destination(
      EndpointState state,
      Upstream.Endpoint endpoint,
      Upstream.Protocol protocol,
      @Nullable BackendTls tls) {
    this.state = state;
    this.endpoint = endpoint;
    this.protocol = protocol;
    this.tls = tls;
    this.address = address(endpoint);
  }

  EndpointState state() {
    return state;
  }

  Upstream.Endpoint endpoint() {
    return endpoint;
  }

  Upstream.Protocol protocol() {
    return protocol;
  }

  @Nullable BackendTls tls() {
    return tls;
  }

  /// Unresolved when the endpoint is known by name.
  InetSocketAddress address() {
    return address;
  }

  private static InetSocketAddress address(Upstream.Endpoint endpoint) {
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(endpoint.host());
    if (literal == null) {
      return InetSocketAddress.createUnresolved(endpoint.host(), endpoint.port());
    }
    try {
      return new InetSocketAddress(InetAddress.getByAddress(literal), endpoint.port());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not an address: " + endpoint.host(), e);
    }
  }
}
