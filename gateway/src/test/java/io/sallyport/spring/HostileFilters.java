package io.sallyport.spring;

import java.lang.ref.WeakReference;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.OrderedGatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// What a filter could try.
@Configuration(proxyBeanMethods = false)
public class HostileFilters {
  /// What went through `Hostile=remember`, while anybody holds it.
  static final Queue<WeakReference<LaneExchange>> EXCHANGES = new ConcurrentLinkedQueue<>();

  /// After Spring Cloud Gateway has decided on the address, before it is carried there.
  private static final int AFTER_THE_ADDRESS = 20_000;

  /// Each does its work when its `trick` is asked for.
  @Bean
  public GatewayFilterFactory<?> hostile() {
    return new HostileGatewayFilterFactory();
  }

  /// Means an answer that no one can send.
  private static final class BadFields extends ResponseStatusException {
    private static final long serialVersionUID = 1;

    BadFields() {
      super(HttpStatus.NOT_FOUND);
      getHeaders().add("x-a", "1\r\nx-injected: 2");
    }
  }

  /// `Hostile=TRICK`.
  static final class HostileGatewayFilterFactory
      extends AbstractGatewayFilterFactory<AbstractGatewayFilterFactory.NameConfig> {
    HostileGatewayFilterFactory() {
      super(NameConfig.class);
    }

    @Override
    public java.util.List<String> shortcutFieldOrder() {
      return java.util.List.of("name");
    }

    @Override
    public GatewayFilter apply(NameConfig config) {
      return switch (String.valueOf(config.getName())) {
        case "throws" ->
            (_, _) -> {
              throw new IllegalStateException("hostile");
            };
        case "error" -> (_, _) -> Mono.error(new IllegalStateException("hostile"));
        case "remember" ->
            (exchange, chain) -> {
              EXCHANGES.add(new WeakReference<>(LaneExchange.of(exchange)));
              return chain.filter(exchange);
            };
        case "badfields" -> (_, _) -> Mono.error(new BadFields());
        case "never" -> (_, _) -> Mono.never();
        case "twolengths" ->
            (exchange, chain) -> {
              exchange.getResponse().getHeaders().add("content-length", "1");
              return answers(7, "shorter").filter(exchange, chain);
            };
        case "empty" -> (_, _) -> Mono.empty();
        case "closes" ->
            (exchange, chain) ->
                chain.filter(exchange).then(Mono.defer(() -> exchange.getResponse().setComplete()));
        case "elsewhere" -> to(exchange -> exchange.getAttribute("elsewhere"));
        case "forward" -> to(_ -> URI.create("forward:/other"));
        case "loadbalanced" -> to(_ -> URI.create("lb://other"));
        case "traversal" -> path("/a/..%2f..%2fadmin");
        case "dots" -> path("/a/../admin");
        case "method" ->
            (exchange, chain) ->
                chain.filter(exchange.mutate().request(r -> r.method(HttpMethod.DELETE)).build());
        case "forgets" ->
            (exchange, chain) -> {
              exchange.getAttributes().clear();
              return chain.filter(exchange);
            };
        case "linebreak" ->
            (exchange, chain) ->
                chain.filter(
                    exchange.mutate().request(r -> r.header("x-a", "1\r\nx-injected: 2")).build());
        case "long" -> answers(2, "longer");
        case "short" -> answers(20, "shorter");
        default -> throw new IllegalArgumentException("name");
      };
    }

    private static GatewayFilter path(String path) {
      return to(
          exchange -> {
            URI uri =
                exchange.getRequiredAttribute(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR);
            return URI.create(uri.getScheme() + "://" + uri.getRawAuthority() + path);
          });
    }

    private static GatewayFilter to(Function<ServerWebExchange, URI> uri) {
      return new OrderedGatewayFilter(
          (exchange, chain) -> redirected(exchange, chain, uri.apply(exchange)), AFTER_THE_ADDRESS);
    }

    private static Mono<Void> redirected(
        ServerWebExchange exchange, GatewayFilterChain chain, URI uri) {
      Map<String, Object> attributes = exchange.getAttributes();
      attributes.put(
          ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR,
          uri == null ? URI.create("http://127.0.0.1:9/") : uri);
      return chain.filter(exchange);
    }

    private static GatewayFilter answers(int promised, String text) {
      return (exchange, _) -> {
        var response = exchange.getResponse();
        response.getHeaders().add("content-length", String.valueOf(promised));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return response.writeWith(Flux.just(response.bufferFactory().wrap(bytes)));
      };
    }
  }
}
