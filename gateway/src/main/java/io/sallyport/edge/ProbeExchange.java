package io.sallyport.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.sallyport.admission.ClientConnection;
import io.sallyport.admission.Inbound;
import io.sallyport.authentication.CredentialMemory;
import io.sallyport.policy.HeaderFields;
import io.sallyport.policy.Tls;
import io.sallyport.routing.RequestTarget;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request that nobody sent and nobody will hear the answer of.
final class ProbeExchange implements Exchange, Inbound, HeaderFields, ClientConnection {
  /// For documentation (RFC 5737): it is nobody's.
  static final InetAddress SOURCE = InetAddress.ofLiteral("198.51.100.7");

  private static final Peer PEER = new Peer(SOURCE, Peer.Standing.STRANGER);

  private final EventLoop loop;
  private final RequestTarget target;
  private final boolean webSocket;
  private final Instant time;
  private final HttpHeaders fields = new DefaultHttpHeaders();
  private final CredentialMemory memory = new CredentialMemory();
  private @Nullable RequestReceiver receiver;

  /// @param authorization empty: none
  ProbeExchange(
      EventLoop loop, RequestTarget target, String authorization, boolean webSocket, Instant time) {
    this.loop = loop;
    this.target = target;
    this.webSocket = webSocket;
    this.time = time;
    fields.set(HttpHeaderNames.HOST, target.host());
    if (!authorization.isEmpty()) {
      fields.set(HttpHeaderNames.AUTHORIZATION, authorization);
    }
  }

  @Override
  public Purpose purpose() {
    return Purpose.PROBE;
  }

  @Override
  public EventLoop eventLoop() {
    return loop;
  }

  @Override
  public Inbound inbound() {
    return this;
  }

  @Override
  public HttpHeaders requestHeaders() {
    return fields;
  }

  @Override
  public boolean hasBody() {
    return false;
  }

  @Override
  public String protocol() {
    return "HTTP/1.1";
  }

  @Override
  public Peer peer() {
    return PEER;
  }

  @Override
  public void receive(RequestReceiver hearer) {
    receiver = hearer;
  }

  @Override
  public void readBody(long maxBody) {}

  @Override
  public void consumed(int bytes) {}

  @Override
  public void informational(int status, HttpHeaders headers) {}

  @Override
  public void head(int status, HttpHeaders headers, boolean end) {
    if (end) {
      over();
    }
  }

  @Override
  public void data(ByteBuf data, boolean end) {
    data.release();
    if (end) {
      over();
    }
  }

  @Override
  public void trailers(HttpHeaders trailers) {
    over();
  }

  private void over() {
    RequestReceiver hearer = receiver;
    receiver = null;
    if (hearer != null) {
      hearer.finished();
    }
  }

  @Override
  public boolean writable() {
    return true;
  }

  @Override
  public void abort() {
    receiver = null;
  }

  @Override
  public String method() {
    return target.method();
  }

  @Override
  public String authority() {
    return target.host();
  }

  @Override
  public String target() {
    return target.pathAndQuery();
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
    return webSocket;
  }

  @Override
  public InetAddress source() {
    return SOURCE;
  }

  @Override
  public int port() {
    return 0;
  }

  @Override
  public long bodySize() {
    return 0;
  }

  @Override
  public Tls tls() {
    return Tls.UNKNOWN;
  }

  @Override
  public Instant time() {
    return time;
  }

  @Override
  public ClientConnection connection() {
    return this;
  }

  @Override
  public CredentialMemory credentials() {
    return memory;
  }

  @Override
  public boolean certifiedFor(String host) {
    return true;
  }
}
