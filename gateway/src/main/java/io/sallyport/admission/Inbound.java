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

  /// What the answer is for.
  default Purpose purpose() {
    return Purpose.ENTRY;
  }

  /// What the answer is for. All are asked the same questions in the same order.
  enum Purpose {
    /// It wants to be let in.
    ENTRY,
    /// It was let in and wants to stay: limits are not asked again, and the backend is told nothing
    /// new.
    STAY,
    /// Nobody wants anything: the gateway asks itself. Nothing is taken from a limit or a bound,
    /// and no key is fetched.
    PROBE
  }

  /// Where it came from, after trusted proxies were believed.
  InetAddress source();

  /// The port there; 0 when a proxy stands between.
  int port();

  /// Bytes of its body as announced; 0 when it has none, -1 when the length is not known
  /// beforehand.
  long bodySize();

  /// When the head had arrived.
  Instant time();

  ClientConnection connection();
}
