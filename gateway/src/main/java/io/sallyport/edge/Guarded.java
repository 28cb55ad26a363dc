package io.sallyport.edge;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.sallyport.policy.Reason;
import io.sallyport.upstream.UpstreamFailure;
import io.sallyport.upstream.UpstreamReceiver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A receiver whose every exception ends its exchange (`internal`) instead of getting lost in the
/// backend's connection.
record Guarded(PermittedExchange exchange, UpstreamReceiver receiver) implements UpstreamReceiver {
  private static final Logger LOG = LoggerFactory.getLogger(Guarded.class);

  @Override
  public void informational(int status, HttpHeaders headers) {
    try {
      receiver.informational(status, headers);
    } catch (Throwable e) {
      crashed(e);
    }
  }

  @Override
  public void head(int status, HttpHeaders headers, boolean end) {
    try {
      receiver.head(status, headers, end);
    } catch (Throwable e) {
      crashed(e);
    }
  }

  @Override
  public void data(ByteBuf data, boolean end) {
    try {
      receiver.data(data, end);
    } catch (Throwable e) {
      crashed(e);
    }
  }

  @Override
  public void trailers(HttpHeaders trailers) {
    try {
      receiver.trailers(trailers);
    } catch (Throwable e) {
      crashed(e);
    }
  }

  @Override
  public void writable() {
    try {
      receiver.writable();
    } catch (Throwable e) {
      crashed(e);
    }
  }

  @Override
  public void failed(UpstreamFailure failure) {
    try {
      receiver.failed(failure);
    } catch (Throwable e) {
      crashed(e);
    }
  }

  private void crashed(Throwable e) {
    LOG.error("decision {}: the way to the backend broke", exchange.decisionId(), e);
    exchange.fail(Reason.INTERNAL, e.toString());
  }
}
