package io.sallyport.admission;

import io.sallyport.policy.HeaderFields;
import java.net.InetAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The head of a request as the wire brought it: a read-only view in JDK types that the listener
/// lays over Netty's own headers. Nothing is copied. Framing, header names and the number of `Host`
/// fields were checked before.
public interface Inbound {

  String method();

  /// The `:authority` or `Host`; null when there was none.
  @Nullable String authority();

  /// The request target as sent: origin-form, absolute-form or `*`.
  String target();

  HeaderFields headers();

  /// Whether it asks for a WebSocket (RFC 6455 §4.1).
  boolean asksForWebSocket();

  /// Whether it was let in before and asks to stay: limits are not asked again, and the backend is
  /// told nothing new.
  default boolean isOpen() {
    return false;
  }

  /// Where it came from, after trusted proxies were believed.
  InetAddress source();

  /// When the head had arrived.
  Instant time();

  ClientConnection connection();
}
