package io.sallyport.edge;

import java.net.InetAddress;
import java.util.Objects;

/// Who is at the other end of a client's connection: the socket's address, or what PROXY protocol
/// from a trusted network said. Made once for each connection.
///
/// @param text the address as header fields spell it; IPv6 without brackets
public record Peer(InetAddress address, String text, Standing standing) {

  public Peer {
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(standing, "standing");
  }

  public Peer(InetAddress address, Standing standing) {
    this(address, address.getHostAddress(), standing);
  }

  /// What is believed of it.
  public enum Standing {
    /// Nothing: `Forwarded`, `X-Forwarded-*` and `X-Request-Id` that it sent are dropped.
    STRANGER,
    /// It is a proxy of ours: what it says of the hops before it is passed on.
    TRUSTED_PROXY
  }
}
