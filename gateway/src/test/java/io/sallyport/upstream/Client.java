package io.sallyport.upstream;

import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.sallyport.admission.Permit;
import io.sallyport.admission.PermitFixture;
import io.sallyport.bundle.Route;
import io.sallyport.bundle.Upstream;
import io.sallyport.wire.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.TrustManagerFactory;

/// One event loop and the upstreams on it, and how a test sends requests.
final class Client implements AutoCloseable {
  static final Function<String, TrustManagerFactory> NO_TRUST =
      name -> {
        throw new IllegalArgumentException("unknown trust store " + name);
      };

  final Transport transport = Transport.start(1, "test");
  final Upstreams upstreams;
  final EventLoop loop = transport.eventLoops().next();

  Client() {
    this(NO_TRUST, PoolSettings.DEFAULT);
  }

  Client(Function<String, TrustManagerFactory> trust, PoolSettings settings) {
    this(trust, settings, UpstreamEvents.NONE);
  }

  Client(
      Function<String, TrustManagerFactory> trust, PoolSettings settings, UpstreamEvents events) {
    upstreams = new Upstreams(transport, "a", trust, events, System::nanoTime, settings);
  }

  static Upstream upstream(Upstream.Endpoint... endpoints) {
    return new Upstream(
        "orders",
        Upstream.Protocol.H1,
        null,
        List.of(endpoints),
        null,
        Upstream.PassiveHealth.DEFAULT,
        true);
  }

  /// One that speaks HTTP/2 in cleartext.
  static Upstream h2c(Upstream.Endpoint... endpoints) {
    return new Upstream(
        "orders",
        Upstream.Protocol.H2C,
        null,
        List.of(endpoints),
        null,
        Upstream.PassiveHealth.DEFAULT,
        true);
  }

  static Route.Timeouts timeouts(long connect, long firstByte, long idle) {
    return new Route.Timeouts(
        Duration.ofMillis(connect), Duration.ofMillis(firstByte), null, Duration.ofMillis(idle));
  }

  static Permit permit(Upstream upstream, Route.Timeouts timeouts) {
    return PermitFixture.to(upstream, timeouts, Route.Retry.DEFAULT);
  }

  /// GET / and what came of it.
  String get(ScriptedBackend backend) throws Exception {
    return send(PermitFixture.to(upstream(backend.endpoint("a"))), "GET").await();
  }

  HeardAnswer send(Permit permit, String method) {
    return send(permit, method, new HeardAnswer());
  }

  /// A request without a body to the first endpoint.
  <T extends HeardAnswer> T send(Permit permit, String method, T receiver) {
    loop.execute(
        () -> {
          UpstreamStream stream = open(permit, receiver);
          stream.head(method, "/", host(), true);
        });
    return receiver;
  }

  /// A request with a body.
  HeardAnswer post(Permit permit, String body) {
    var receiver = new HeardAnswer();
    loop.execute(
        () -> {
          UpstreamStream stream = open(permit, receiver);
          stream.head("POST", "/", host(), false);
          stream.data(Unpooled.copiedBuffer(body, StandardCharsets.ISO_8859_1), true);
        });
    return receiver;
  }

  UpstreamStream open(Permit permit, HeardAnswer receiver) {
    var forward = (Route.Forward) permit.route().action();
    UpstreamStream stream =
        upstreams.open(permit, forward.upstream().endpoints().getFirst(), loop, receiver);
    receiver.stream = stream;
    return stream;
  }

  static DefaultHttpHeaders host() {
    var headers = new DefaultHttpHeaders();
    headers.set("host", "api.test");
    return headers;
  }

  @Override
  public void close() {
    upstreams.close();
    transport.close();
  }
}
