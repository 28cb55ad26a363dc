package io.sallyport.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.Reason;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A body that comes before anybody has asked for it, or when nobody wants it any more.
final class EarlyBodyTest {

  @Test
  void nonsenseInABodyThatNobodyWantsAnyMoreEndsTheConnection() throws Exception {
    try (var rig = Rig.start();
        var client = rig.connect("http/1.1")) {
      var out = client.getOutputStream();
      out.write(
          "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII));
      var in = client.getInputStream();
      var answer = new StringBuilder();
      while (answer.indexOf("hello") < 0) {
        answer.append((char) in.read());
      }
      out.write("no size\r\n".getBytes(StandardCharsets.US_ASCII));

      assertThat(in.read()).isEqualTo(-1);
    }
  }

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
