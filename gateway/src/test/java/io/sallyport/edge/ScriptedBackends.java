package io.sallyport.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.sallyport.admission.Permit;
import io.sallyport.bundle.Route;
import io.sallyport.bundle.Upstream;
import io.sallyport.upstream.Choice;
import io.sallyport.upstream.RetryAnswer;
import io.sallyport.upstream.UpstreamFailure;
import io.sallyport.upstream.UpstreamReceiver;
import io.sallyport.upstream.UpstreamStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Backends without a wire: a test plays each of them, and reads what it was sent.
final class ScriptedBackends implements Backends {
  static final List<Upstream.Endpoint> ENDPOINTS =
      List.of(
          new Upstream.Endpoint("10.0.1.1", 8080, "a"),
          new Upstream.Endpoint("10.0.2.1", 8080, "b"),
          new Upstream.Endpoint("10.0.3.1", 8080, "c"));

  final List<Backend> tries = new ArrayList<>();
  RetryAnswer retries = RetryAnswer.RETRY;
  boolean connected = true;
  boolean chooseThrows;
  boolean openThrows;
  boolean headThrows;
  int endpoints = 3;

  Backend only() {
    if (tries.size() != 1) {
      throw new AssertionError("tries: " + tries.size());
    }
    return tries.getFirst();
  }

  Backend last() {
    return tries.getLast();
  }

  @Override
  public Choice choose(Permit permit, Set<Upstream.Endpoint> tried) {
    if (chooseThrows) {
      throw new IllegalStateException("choose");
    }
    for (Upstream.Endpoint endpoint : ENDPOINTS.subList(0, endpoints)) {
      if (!tried.contains(endpoint)) {
        return new Choice.Chosen(endpoint);
      }
    }
    return new Choice.None("all tried");
  }

  @Override
  public UpstreamStream open(
      Permit permit, Upstream.Endpoint endpoint, EventLoop loop, UpstreamReceiver receiver) {
    if (openThrows) {
      throw new IllegalStateException("open");
    }
    Backend backend = new Backend(endpoint, receiver);
    tries.add(backend);
    return backend;
  }

  @Override
  public RetryAnswer retry(Permit permit, UpstreamFailure failure, int triesMade) {
    return triesMade > permit.route().retry().attempts() ? RetryAnswer.ATTEMPTS_SPENT : retries;
  }

  @Override
  public RetryAnswer retry(Permit permit, Route.Retry.On on, int triesMade) {
    return permit.route().retry().on().contains(on) ? retries : RetryAnswer.NOT_ON_THIS;
  }

  /// One try.
  final class Backend implements UpstreamStream {
    final Upstream.Endpoint endpoint;
    private final UpstreamReceiver gateway;
    final StringBuilder body = new StringBuilder();
    HttpHeaders headers = new DefaultHttpHeaders();
    String requestLine = "";
    boolean writable = connected;
    boolean requestEnded;
    boolean cancelled;
    int consumed;

    Backend(Upstream.Endpoint endpoint, UpstreamReceiver gateway) {
      this.endpoint = endpoint;
      this.gateway = gateway;
    }

    // The backend.

    void connects() {
      writable = true;
      gateway.writable();
    }

    void answers(int status, boolean end) {
      gateway.head(status, new DefaultHttpHeaders(), end);
    }

    void answers(int status, HttpHeaders headers, boolean end) {
      gateway.head(status, headers, end);
    }

    void hints(int status) {
      gateway.informational(status, new DefaultHttpHeaders());
    }

    void sends(String text, boolean end) {
      gateway.data(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8), end);
    }

    void sendsTrailers(HttpHeaders trailers) {
      gateway.trailers(trailers);
    }

    void fails(UpstreamFailure.Kind kind, boolean nothingSent) {
      gateway.failed(new UpstreamFailure(kind, nothingSent, "scripted"));
    }

    // The stream.

    @Override
    public void head(String method, String target, HttpHeaders headers, boolean end) {
      if (headThrows) {
        throw new IllegalStateException("head");
      }
      this.requestLine = method + ' ' + target;
      this.headers = headers.copy();
      this.requestEnded = end;
    }

    @Override
    public void data(ByteBuf data, boolean end) {
      body.append(data.toString(StandardCharsets.UTF_8));
      data.release();
      requestEnded = end;
    }

    @Override
    public void trailers(HttpHeaders trailers) {
      headers.add(trailers);
      requestEnded = true;
    }

    @Override
    public boolean writable() {
      return writable;
    }

    @Override
    public void consumed(int bytes) {
      consumed += bytes;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }
}
