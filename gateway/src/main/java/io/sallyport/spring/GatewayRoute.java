package io.sallyport.spring;

import io.sallyport.bundle.FilterCompiler.Filter;
import io.sallyport.bundle.FilterCompiler.FilterChain;
import java.util.List;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// A route as Spring Cloud Gateway knows it, with every filter that its requests run through, in
/// order: its own and the lane's.
record GatewayRoute(Route route, List<GatewayFilter> filters, List<Filter> written)
    implements FilterChain {
  GatewayRoute {
    written = List.copyOf(written);
    filters = List.copyOf(filters);
  }

  Mono<Void> run(ServerWebExchange exchange) {
    return new From(filters, 0).filter(exchange);
  }

  private record From(List<GatewayFilter> filters, int next) implements GatewayFilterChain {
    @Override
    public Mono<Void> filter(ServerWebExchange exchange) {
      return Mono.defer(
          () ->
              next == filters.size()
                  ? Mono.empty()
                  : filters.get(next).filter(exchange, new From(filters, next + 1)));
    }
  }
}
