package io.sallyport.admin;

import java.nio.charset.StandardCharsets;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.autoconfigure.reactive.ReactiveWebServerConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Mono;

/// The management port's own context: Reactor Netty with its own TLS, our pages, and the gate in
/// front of everything. Spring Boot makes it beside the public port's context, from the class: it
/// must be at the top level, and nothing may scan it.
@Configuration(proxyBeanMethods = false)
@Import(ReactiveWebServerConfiguration.class)
public class ManagementPort {

  @Bean
  NettyReactiveWebServerFactory managementServerFactory() {
    return new NettyReactiveWebServerFactory();
  }

  @Bean
  RouterFunction<ServerResponse> managementRoutes(ManagementPages pages) {
    return pages.routes();
  }

  /// Before anything else looks at a request: a path that does not exist asks for a credential too.
  @Bean
  @Order(Ordered.HIGHEST_PRECEDENCE)
  WebFilter managementFilter(ManagementGate gate) {
    return (exchange, chain) -> {
      var request = exchange.getRequest();
      var authorization = request.getHeaders().getOrEmpty(HttpHeaders.AUTHORIZATION);
      return Mono.fromFuture(gate.ask(request.getPath().value(), authorization))
          .flatMap(
              answer ->
                  switch (answer) {
                    case ADMITTED -> chain.filter(exchange);
                    case REFUSED -> refuse(exchange, HttpStatus.UNAUTHORIZED);
                    case TOO_MANY_ATTEMPTS -> refuse(exchange, HttpStatus.TOO_MANY_REQUESTS);
                  });
    };
  }

  private static Mono<Void> refuse(ServerWebExchange exchange, HttpStatus status) {
    var response = exchange.getResponse();
    response.setStatusCode(status);
    var headers = response.getHeaders();
    headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
    headers.setCacheControl("no-store");
    if (status == HttpStatus.UNAUTHORIZED) {
      headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"sallyport management\"");
    } else {
      headers.set(HttpHeaders.RETRY_AFTER, "1");
    }
    var body =
        "{\"title\":\"" + status.getReasonPhrase() + "\",\"status\":" + status.value() + "}\n";
    var buffer = response.bufferFactory().wrap(body.getBytes(StandardCharsets.UTF_8));
    return response.writeWith(Mono.just(buffer));
  }
}
