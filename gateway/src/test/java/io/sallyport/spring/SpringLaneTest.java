package io.sallyport.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import reactor.netty.http.server.HttpServer;

final class SpringLaneTest {

  @Test
  void nothingEntersWithoutAPermit() throws Exception {
    try (var lane = new SpringLane(null)) {
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
        assertThat(lane.withoutPermit()).isEqualTo(1);
      } finally {
        server.disposeNow();
      }
    }
  }
}
