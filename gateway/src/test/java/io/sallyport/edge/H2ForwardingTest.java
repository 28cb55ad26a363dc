package io.sallyport.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.sallyport.audit.AuditRecord.Ending;
import io.sallyport.testing.GatewayUnderTest;
import io.sallyport.testing.TestBundle;
import io.sallyport.upstream.H2Backend;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The whole road to backends that speak HTTP/2 in cleartext, from clients of either protocol.
@Timeout(60)
final class H2ForwardingTest {
  private static Map<String, String> h2c(String... endpoints) {
    var bundle = new HashMap<>(TestBundle.open(endpoints));
    bundle.computeIfPresent(
        "routes/routes.yaml", (path, text) -> text.replace("protocol: h1", "protocol: h2c"));
    return bundle;
  }

  private static HttpResponse<String> send(
      GatewayUnderTest gateway, HttpClient.Version version, HttpRequest.Builder request)
      throws Exception {
    try (HttpClient client = gateway.client(version)) {
      return client.send(request.build(), BodyHandlers.ofString());
    }
  }

  private static HttpRequest.Builder to(GatewayUnderTest gateway, String target) {
    return HttpRequest.newBuilder(gateway.uri(target));
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void aRequestGoesThereAndItsAnswerComesBack(HttpClient.Version version) throws Exception {
    try (var backend = H2Backend.start(H2Backend.saying("ok"));
        var gateway = GatewayUnderTest.start(h2c(backend.address()))) {
      var response = send(gateway, version, to(gateway, "/orders?a=1"));

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).isEqualTo("ok");
      assertThat(backend.heads().getFirst())
          .startsWith(":method=GET :scheme=http :path=/orders?a=1 :authority=localhost:")
          .contains("x-forwarded-proto=https", "sallyport-decision=")
          .doesNotContain(" host=", "connection=");
      var record =
          gateway.record(response.headers().firstValue("sallyport-decision").orElseThrow());
      assertThat(record.ending()).isEqualTo(Ending.COMPLETE);
      assertThat(record.bytesOut()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void largeBodiesGoBothWays(HttpClient.Version version) throws Exception {
    int size = 20 * 1024 * 1024;
    var received = new AtomicLong();
    try (var backend =
            H2Backend.start(
                (connection, frame) -> {
                  if (frame instanceof Http2DataFrame data) {
                    received.addAndGet(data.content().readableBytes());
                  }
                  if (H2Backend.isEnd(frame)) {
                    connection.head(frame.stream(), false, ":status", "200");
                    connection.body(frame.stream(), size, new AtomicLong());
                  }
                });
        var gateway = GatewayUnderTest.start(h2c(backend.address()))) {
      var response =
          send(gateway, version, to(gateway, "/").PUT(BodyPublishers.ofByteArray(new byte[size])));

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(received.get()).isEqualTo(size);
      assertThat(response.body()).hasSize(size);
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void anAnswerToHeadHasNoBody(HttpClient.Version version) throws Exception {
    try (var backend =
            H2Backend.start(
                (connection, frame) -> {
                  connection.head(frame.stream(), false, ":status", "200", "content-length", "9");
                  connection.data(frame.stream(), "", true);
                });
        var gateway = GatewayUnderTest.start(h2c(backend.address()));
        var client = gateway.client(version)) {
      for (int i = 0; i < 3; i++) {
        var response = client.send(to(gateway, "/").HEAD().build(), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(response.headers().firstValue("content-length")).hasValue("9");
      }
    }
  }

  @Test
  void aRequestThatOneBackendRefusesGoesToAnother() throws Exception {
    try (var refuses =
            H2Backend.start(
                (connection, frame) -> {
                  if (frame instanceof Http2HeadersFrame) {
                    connection.reset(frame.stream(), Http2Error.REFUSED_STREAM);
                  }
                });
        var takes = H2Backend.start(H2Backend.saying("ok"));
        var gateway = GatewayUnderTest.start(h2c(refuses.address(), takes.address()))) {
      // Not idempotent: only because nothing was looked at.
      var response =
          send(gateway, HttpClient.Version.HTTP_2, to(gateway, "/").POST(BodyPublishers.noBody()));

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(refuses.heads()).hasSize(1);
    }
  }

  @Test
  void aBackendThatBreaksIsABadGateway() throws Exception {
    try (var backend =
            H2Backend.start(
                (connection, frame) -> connection.head(frame.stream(), true, "no", "status"));
        var gateway = GatewayUnderTest.start(h2c(backend.address()))) {
      var response = send(gateway, HttpClient.Version.HTTP_2, to(gateway, "/"));

      assertThat(response.statusCode()).isEqualTo(502);
    }
  }

  @Test
  void aReloadChangesTheProtocolOfAnUpstreamWhoseEndpointsStay() throws Exception {
    try (var backend = H2Backend.start(H2Backend.saying("ok"));
        var gateway = GatewayUnderTest.start(TestBundle.open(backend.address()))) {
      var spokenToInHttp1 = send(gateway, HttpClient.Version.HTTP_2, to(gateway, "/"));
      gateway.load(h2c(backend.address()));
      var spokenToInHttp2 = send(gateway, HttpClient.Version.HTTP_2, to(gateway, "/"));
      gateway.load(TestBundle.open(backend.address()));
      var again = send(gateway, HttpClient.Version.HTTP_2, to(gateway, "/"));

      assertThat(spokenToInHttp1.statusCode()).isEqualTo(502);
      assertThat(spokenToInHttp2.statusCode()).isEqualTo(200);
      assertThat(again.statusCode()).isEqualTo(502);
    }
  }
}
