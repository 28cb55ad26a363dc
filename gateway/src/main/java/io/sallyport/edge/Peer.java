package io.sallyport.edge;

import io.netty.util.AsciiString;
import java.net.InetAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Who is at the other end of a client's connection: the socket's address, or what PROXY protocol
/// from a trusted network said. Made once for each connection, and used on its event loop.
public final class Peer {
  private final InetAddress address;
  private final AsciiString text;
  private final Standing standing;
  private @Nullable String hopTo;
  private AsciiString hop = AsciiString.EMPTY_STRING;

  public Peer(InetAddress address, Standing standing) {
    this.address = Objects.requireNonNull(address, "address");
    this.text = new AsciiString(address.getHostAddress());
    this.standing = Objects.requireNonNull(standing, "standing");
  }

  /// What is believed of it.
  public enum Standing {
    /// Nothing: `Forwarded`, `X-Forwarded-*` and `X-Request-Id` that it sent are dropped.
    STRANGER,
    /// It is a proxy of ours: what it says of the hops before it is passed on.
    TRUSTED_PROXY
  }

  public InetAddress address() {
    return address;
  }

  /// The address as header fields spell it; IPv6 without brackets.
  AsciiString text() {
    return text;
  }

  public Standing standing() {
    return standing;
  }

  /// This hop as `Forwarded` spells it (RFC 7239). A connection nearly always names one authority:
  /// the last one is remembered.
  AsciiString hopTo(String authority) {
    if (!authority.equals(hopTo)) {
      String node = text.indexOf(":") < 0 ? text.toString() : "\"[" + text + "]\"";
      hop = new AsciiString("for=" + node + ";host=\"" + authority + "\";proto=https");
      hopTo = authority;
    }
    return hop;
  }
}
