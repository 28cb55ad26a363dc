package io.sallyport.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.sallyport.admission.ClientConnection;
import io.sallyport.admission.Inbound;
import io.sallyport.authentication.CredentialMemory;
import io.sallyport.policy.HeaderFields;
import io.sallyport.policy.Reason;
import io.sallyport.policy.Tls;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A client's side without a wire: a test plays the client, and reads what it was answered.
final class ScriptedExchange implements Exchange, Inbound, ClientConnection {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final CredentialMemory memory = new CredentialMemory();

  String method = "GET";
  String target = "/orders";
  String protocol = "HTTP/1.1";
  Peer peer = new Peer(InetAddress.ofLiteral("192.0.2.7"), Peer.Standing.STRANGER);
  HttpHeaders headers = new DefaultHttpHeaders();
  boolean body;
  boolean writable = true;
  boolean alreadyGone;
  boolean throwsOnHead;

  /// Everything that the edge did, in order: `head 200`, `data 5`, `end`, `abort`…
  final List<String> did = new ArrayList<>();

  final StringBuilder answer = new StringBuilder();
  HttpHeaders answerHeaders = new DefaultHttpHeaders();
  int status;
  int consumed;
  long maxBody = -1;
  private @Nullable RequestReceiver receiver;

  // The client.

  ScriptedExchange with(String name, String value) {
    headers.add(name, value);
    return this;
  }

  void sends(String text, boolean end) {
    client().data(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8), end);
  }

  void sendsTrailers(HttpHeaders trailers) {
    client().trailers(trailers);
  }

  void sendsNonsense(Reason reason) {
    client().broken(reason, "nonsense");
  }

  void leaves() {
    client().aborted();
  }

  void takesMore() {
    writable = true;
    client().writable();
  }

  void hasReadAll() {
    client().finished();
  }

  private RequestReceiver client() {
    return Objects.requireNonNull(receiver, "nobody listens");
  }

  void timePasses(long millis) {
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }

  void loopTurns() {
    channel.runPendingTasks();
  }

  // The exchange.

  @Override
  public EventLoop eventLoop() {
    return channel.eventLoop();
  }

  @Override
  public Inbound inbound() {
    return this;
  }

  @Override
  public HttpHeaders requestHeaders() {
    return headers;
  }

  @Override
  public boolean hasBody() {
    return body;
  }

  @Override
  public String protocol() {
    return protocol;
  }

  @Override
  public Peer peer() {
    return peer;
  }

  @Override
  public void receive(RequestReceiver receiver) {
    this.receiver = receiver;
    if (alreadyGone) {
      receiver.aborted();
    }
  }

  @Override
  public void readBody(long maxBody) {
    did.add("readBody");
    this.maxBody = maxBody;
  }

  @Override
  public void consumed(int bytes) {
    consumed += bytes;
  }

  @Override
  public void informational(int status, HttpHeaders headers) {
    did.add("informational " + status);
  }

  @Override
  public void head(int status, HttpHeaders headers, boolean end) {
    if (throwsOnHead) {
      throw new IllegalStateException("head");
    }
    did.add("head " + status + (end ? " end" : ""));
    this.status = status;
    this.answerHeaders = headers;
  }

  @Override
  public void data(ByteBuf data, boolean end) {
    answer.append(data.toString(StandardCharsets.UTF_8));
    data.release();
    if (end) {
      did.add("end");
    }
  }

  @Override
  public void trailers(HttpHeaders trailers) {
    did.add("trailers " + trailers.names());
  }

  @Override
  public boolean writable() {
    return writable;
  }

  @Override
  public void abort() {
    did.add("abort");
  }

  // The head as admission sees it.

  @Override
  public String method() {
    return method;
  }

  @Override
  public @Nullable String authority() {
    return headers.get("host");
  }

  @Override
  public String target() {
    return target;
  }

  @Override
  public boolean asksForWebSocket() {
    return false;
  }

  @Override
  public int port() {
    return 40_000;
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
  public HeaderFields headers() {
    return headers::getAll;
  }

  @Override
  public InetAddress source() {
    return peer.address();
  }

  @Override
  public Instant time() {
    return Instant.EPOCH;
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
