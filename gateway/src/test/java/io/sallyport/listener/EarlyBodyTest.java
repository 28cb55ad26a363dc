package io.sallyport.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.Reason;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A body that comes over HTTP/2 before anybody has asked for it.
final class EarlyBodyTest {

  @Test
  void whatWaitsUnaskedCountsAsInFlightToo() throws Exception {
    var bounds = Rig.bounds(Duration.ofSeconds(5), 256, 20_000, 1_000, 64 * 1024);
    try (var rig = Rig.start(_ -> Rig.settings(bounds));
        var client = HttpClient.newBuilder().sslContext(Rig.CA.clientContext()).build()) {
      var answer =
          client.sendAsync(
              HttpRequest.newBuilder(
                      URI.create("https://localhost:" + rig.listener.httpsPort() + "/hold"))
                  .version(HttpClient.Version.HTTP_2)
                  .POST(BodyPublishers.ofByteArray(new byte[200_000]))
                  .build(),
              BodyHandlers.discarding());

      assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(503);
      assertThat(rig.edge.refused).containsExactly(Reason.OVERLOADED);
      Rig.await(() -> rig.listener.bytesInFlight() == 0);
    }
  }
}
