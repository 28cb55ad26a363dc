package io.sallyport.spring;

import io.sallyport.admission.Permit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// The first door of the Spring lane: an exchange without a [Permit] was not admitted, so there is
/// a mistake in the gateway. It is answered 500 and goes no further; it never meets a route.
final class PermittedOnly implements WebFilter, Ordered {
  private static final Logger LOG = LoggerFactory.getLogger(PermittedOnly.class);

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    return Mono.deferContextual(
        context -> {
          if (context.getOrEmpty(Permit.class).isPresent()) {
            return chain.filter(exchange);
          }
          LOG.error("an exchange reached Spring Cloud Gateway without a permit; it was refused");
          exchange.getResponse().setStatusCode(HttpStatus.INTERNAL_SERVER_ERROR);
          return exchange.getResponse().setComplete();
        });
  }

  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }
}
