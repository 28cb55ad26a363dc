package io.sallyport.spring;

import io.sallyport.policy.Reason;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;

/// All that Spring decides in this lane: nothing. The route is the one that admission chose. There
/// is no handler mapping behind it, so nothing else can be reached: no other route, no CORS answer,
/// no endpoint.
final class DecidedRoute implements WebHandler {
  private static final Logger LOG = LoggerFactory.getLogger(DecidedRoute.class);

  private final LongAdder withoutPermit = new LongAdder();

  /// Exchanges that came here without a permit: each is a mistake in the gateway.
  LongAdder withoutPermit() {
    return withoutPermit;
  }

  @Override
  public Mono<Void> handle(ServerWebExchange exchange) {
    LaneExchange lane = LaneExchange.enter(exchange);
    if (lane == null) {
      withoutPermit.increment();
      LOG.error("an exchange reached Spring Cloud Gateway without a permit; it was refused");
      exchange.getResponse().setStatusCode(HttpStatus.INTERNAL_SERVER_ERROR);
      return exchange.getResponse().setComplete();
    }
    var attributes = exchange.getAttributes();
    attributes.put(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR, lane.route().route());
    ServerWebExchangeUtils.putUriTemplateVariables(exchange, lane.exchange().permit().variables());
    return lane.route()
        .run(exchange)
        .then(Mono.defer(() -> answered(exchange)))
        .onErrorResume(
            error -> {
              lane.broke(error);
              return Mono.empty();
            });
  }

  /// Spring would take silence for an empty 200.
  private static Mono<Void> answered(ServerWebExchange exchange) {
    var response = exchange.getResponse();
    return response.isCommitted() || response.getStatusCode() != null
        ? Mono.empty()
        : Mono.error(new CarriageFailed(Reason.INTERNAL, "the filters did not answer"));
  }
}
