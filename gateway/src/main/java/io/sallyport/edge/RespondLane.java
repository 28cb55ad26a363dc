package io.sallyport.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.sallyport.bundle.Route;
import io.sallyport.policy.Reason;
import java.nio.charset.StandardCharsets;

/// Answers what its route says itself (`respond`). The request's body is not read.
final class RespondLane implements Lane<Route.Respond> {

  @Override
  public void take(PermittedExchange exchange, Route.Respond respond) {
    exchange.receive(BodyUnread.INSTANCE);
    byte[] body = respond.body().getBytes(StandardCharsets.UTF_8);
    HttpHeaders headers =
        DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
    boolean mayHaveBody = respond.status() != 204 && respond.status() != 304;
    if (mayHaveBody) {
      headers.add(HttpHeaderNames.CONTENT_TYPE, respond.contentType());
      headers.add(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.length));
    }
    AnswerFields.edit(headers, exchange.permit().route().responseHeaders());
    boolean headOnly =
        !mayHaveBody
            || body.length == 0
            || exchange.inbound().method().equals(HttpMethod.HEAD.name());
    exchange.head(respond.status(), headers, headOnly);
    if (!headOnly) {
      exchange.data(Unpooled.wrappedBuffer(body), true);
    }
  }

  /// Waits for nothing: the answer is complete before anything can come.
  private enum BodyUnread implements RequestReceiver {
    INSTANCE;

    @Override
    public void data(ByteBuf data, boolean end) {
      data.release();
    }

    @Override
    public void trailers(HttpHeaders trailers) {}

    @Override
    public void broken(Reason reason, String detail) {}

    @Override
    public void writable() {}

    @Override
    public void aborted() {}

    @Override
    public void finished() {}
  }
}
