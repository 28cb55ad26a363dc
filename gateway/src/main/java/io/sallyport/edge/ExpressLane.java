package io.sallyport.edge;

import io.sallyport.bundle.Route;

/// Carries an exchange to a backend and back on the client's own event loop.
final class ExpressLane implements Lane<Route.Forward> {
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
    Crossing crossing = new Crossing(exchange, forward, backends, answerFields);
    exchange.receive(crossing);
    exchange.tracedAs(requestFields.forwarded(exchange, exchange.permit(), exchange.decisionId()));
    crossing.start();
  }
}
