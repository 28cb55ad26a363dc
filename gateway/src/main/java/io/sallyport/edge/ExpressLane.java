package io.sallyport.edge;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.sallyport.admission.Permit;
import io.sallyport.bundle.PathRewrite;
import io.sallyport.bundle.Route;

/// Carries an exchange to a backend and back on the client's own event loop.
final class ExpressLane implements Lane<Route.Forward>, Carrier {
  private final Backends backends;
  private final RequestFields requestFields;
  private final AnswerFields answerFields;

  ExpressLane(Backends backends, EdgeSettings settings) {
    this.backends = backends;
    this.requestFields = new RequestFields(settings);
    this.answerFields = new AnswerFields(settings);
  }

  @Override
  public void take(PermittedExchange exchange, Route.Forward forward) {
    start(exchange, target(exchange, forward));
  }

  @Override
  public String target(PermittedExchange exchange, Route.Forward forward) {
    Permit permit = exchange.permit();
    PathRewrite rewrite = forward.rewrite();
    if (rewrite == null) {
      return permit.target().pathAndQuery();
    }
    String path = rewrite.apply(permit.variables());
    String query = permit.target().query().raw();
    return query == null ? path : path + '?' + query;
  }

  @Override
  public void carry(PermittedExchange exchange, String target) {
    RequestFields.received(exchange.requestHeaders(), exchange.peer().standing());
    start(exchange, target);
  }

  @Override
  public void answer(PermittedExchange exchange, int status, HttpHeaders headers, boolean end) {
    AnswerFields.edited(headers);
    exchange.head(status, headers, end);
  }

  private void start(PermittedExchange exchange, String target) {
    Crossing crossing = new Crossing(exchange, target, backends, answerFields);
    exchange.receive(crossing);
    exchange.tracedAs(requestFields.forwarded(exchange, exchange.permit(), exchange.decisionId()));
    if (exchange.permit().route().action() instanceof Route.Forward forward
        && forward.stream() != null) {
      HttpHeaders headers = exchange.requestHeaders();
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
      headers.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
    }
    crossing.start();
  }
}
