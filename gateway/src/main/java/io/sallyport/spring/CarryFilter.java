package io.sallyport.spring;

import io.sallyport.policy.Reason;
import java.net.URI;
import java.util.Set;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// The last of a route's filters: carries the request to a backend of the permit's upstream, in
/// place of Spring Cloud Gateway's routing filters, and takes the head of the answer. [Answer]
/// writes the body.
final class CarryFilter implements GatewayFilter, Ordered {
  private static final String CARRIED = Carriage.CarriedAnswer.class.getName();

  /// Where a filter would lead elsewhere, this is not there any more.
  private final URI upstream;

  CarryFilter(URI upstream) {
    this.upstream = upstream;
  }

  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    if (ServerWebExchangeUtils.isAlreadyRouted(exchange)) {
      return chain.filter(exchange);
    }
    ServerWebExchangeUtils.setAlreadyRouted(exchange);
    LaneExchange lane = LaneExchange.of(exchange);
    URI to = exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR);
    if (lane == null || to == null) {
      return Mono.error(new CarriageFailed(Reason.INTERNAL, "a filter lost the exchange"));
    }
    if (!upstream.getScheme().equals(to.getScheme())
        || !upstream.getRawAuthority().equals(to.getRawAuthority())) {
      return Mono.error(
          new CarriageFailed(
              Reason.INTERNAL, "a filter asked for another place than the route's upstream"));
    }
    return lane.carry(exchange.getRequest(), target(to))
        .doOnNext(answer -> head(exchange, answer))
        .then(Mono.defer(() -> chain.filter(exchange)));
  }

  private static String target(URI uri) {
    String path = uri.getRawPath();
    String query = uri.getRawQuery();
    return (path.isEmpty() ? "/" : path) + (query == null ? "" : '?' + query);
  }

  private static void head(ServerWebExchange exchange, Carriage.CarriedAnswer answer) {
    var attributes = exchange.getAttributes();
    attributes.put(CARRIED, answer);
    var response = exchange.getResponse();
    response.setStatusCode(HttpStatusCode.valueOf(answer.status()));
    HttpHeaders fields = response.getHeaders();
    Set<String> names = answer.fields().names();
    names.forEach(name -> fields.put(name, answer.fields().getAll(name)));
    attributes.put(ServerWebExchangeUtils.CLIENT_RESPONSE_HEADER_NAMES, names);
    String type = answer.fields().get(HttpHeaders.CONTENT_TYPE);
    if (type != null) {
      attributes.put(ServerWebExchangeUtils.ORIGINAL_RESPONSE_CONTENT_TYPE_ATTR, type);
    }
  }

  /// Writes the answer once the filters after it are through, where Spring Cloud Gateway writes its
  /// own.
  static final class Answer implements GatewayFilter, Ordered {
    @Override
    public int getOrder() {
      return NettyWriteResponseFilter.WRITE_RESPONSE_FILTER_ORDER;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
      return chain
          .filter(exchange)
          .then(
              Mono.defer(
                  () -> {
                    Carriage.CarriedAnswer answer = exchange.getAttribute(CARRIED);
                    return answer == null
                        ? Mono.empty()
                        : exchange.getResponse().writeWith(answer.body());
                  }));
    }
  }
}
