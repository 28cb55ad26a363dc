package io.sallyport.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.web.context.reactive.AnnotationConfigReactiveWebApplicationContext;
import org.springframework.cloud.gateway.handler.RoutePredicateHandlerMapping;
import org.springframework.core.env.MapPropertySource;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.DispatcherHandler;
import reactor.netty.http.server.HttpServer;

final class SpringLaneTest {
  private static final String ROUTE = "spring.cloud.gateway.server.webflux.routes[0].";

  @Test
  void itIsSpringCloudGatewaysWholeChainAndNothingEntersWithoutAPermit() throws Exception {
    var parent = new AnnotationConfigReactiveWebApplicationContext();
    // A route that would answer everything, if an exchange ever came so far.
    parent
        .getEnvironment()
        .getPropertySources()
        .addFirst(
            new MapPropertySource(
                "routes",
                Map.of(
                    ROUTE + "id", "everything",
                    ROUTE + "uri", "http://127.0.0.1:9",
                    ROUTE + "predicates[0]", "Path=/**",
                    ROUTE + "filters[0]", "SetStatus=204")));
    parent.register(SslAutoConfiguration.class);
    parent.refresh();
    try (parent;
        var lane = new SpringLane(parent)) {
      assertThat(lane.beans().getBean(DispatcherHandler.class).getHandlerMappings())
          .hasAtLeastOneElementOfType(RoutePredicateHandlerMapping.class);

      var server =
          HttpServer.create()
              .host("127.0.0.1")
              .port(0)
              .handle(new ReactorHttpHandlerAdapter(lane))
              .bindNow();
      try (var client = HttpClient.newHttpClient()) {
        var uri = URI.create("http://127.0.0.1:" + server.port() + "/anything");
        var answer = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).isEmpty();
      } finally {
        server.disposeNow();
      }
    }
  }
}
