package io.sallyport.listener;

import io.netty.handler.codec.http.HttpHeaders;
import io.sallyport.admission.ClientConnection;
import io.sallyport.admission.Inbound;
import io.sallyport.policy.HeaderFields;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request's head as admission sees it, laid over Netty's header fields; both protocols make the
/// same one.
final class InboundHead implements Inbound, HeaderFields {
  private final ClientSocket socket;
  private final String method;
  private final @Nullable String authority;
  private final String target;
  private final HttpHeaders fields;
  private final long bodySize;
  private final boolean asksForWebSocket;
  private final Instant time = Instant.now();
  private @Nullable InetAddress source;

  InboundHead(
      ClientSocket socket,
      String method,
      @Nullable String authority,
      String target,
      HttpHeaders fields,
      long bodySize,
      boolean asksForWebSocket) {
    this.socket = socket;
    this.method = method;
    this.authority = authority;
    this.target = target;
    this.fields = fields;
    this.bodySize = bodySize;
    this.asksForWebSocket = asksForWebSocket;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public @Nullable String authority() {
    return authority;
  }

  @Override
  public String target() {
    return target;
  }

  @Override
  public HeaderFields headers() {
    return this;
  }

  @Override
  public List<String> all(String lowerCaseName) {
    return fields.getAll(lowerCaseName);
  }

  @Override
  public boolean asksForWebSocket() {
    return asksForWebSocket;
  }

  @Override
  public int port() {
    return socket.port();
  }

  @Override
  public long bodySize() {
    return bodySize;
  }

  /// Read when first asked, which admission does before the edge changes the fields.
  @Override
  public InetAddress source() {
    InetAddress known = source;
    if (known == null) {
      known = socket.source(fields);
      source = known;
    }
    return known;
  }

  @Override
  public Instant time() {
    return time;
  }

  @Override
  public ClientConnection connection() {
    return socket;
  }

  HttpHeaders fields() {
    return fields;
  }
}
