package io.sallyport.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What both protocols do for a well-behaved client: the JDK's.
final class HttpTest {
  private static Rig rig;
  private static final Map<Version, HttpClient> CLIENTS =
      Map.of(Version.HTTP_1_1, client(Version.HTTP_1_1), Version.HTTP_2, client(Version.HTTP_2));

  @BeforeAll
  static void start() {
    rig = Rig.start();
  }

  @AfterAll
  static void stop() {
    CLIENTS.values().forEach(HttpClient::shutdownNow);
    rig.close();
  }

  private static HttpClient client(Version version) {
    return HttpClient.newBuilder().version(version).sslContext(Rig.CA.clientContext()).build();
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("https://localhost:" + rig.listener.httpsPort() + path));
  }

  private static HttpResponse<String> send(Version version, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    var answer =
        Objects.requireNonNull(CLIENTS.get(version)).send(request.build(), BodyHandlers.ofString());
    assertThat(answer.version()).isEqualTo(version);
    return answer;
  }

  @ParameterizedTest
  @EnumSource
  void aRequestIsAnsweredWithDateAndTransportSecurity(Version version) throws Exception {
    for (int i = 0; i < 3; i++) {
      var answer = send(version, request("/"));

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("hello");
      assertThat(answer.headers().firstValue("strict-transport-security"))
          .hasValue("max-age=63072000; includeSubDomains");
      assertThat(answer.headers().firstValue("date")).isPresent();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBodyIsCarriedBothWays(Version version) throws Exception {
    String body = "0123456789abcdef".repeat(64 * 1024);

    assertThat(send(version, request("/echo").POST(BodyPublishers.ofString(body))).body())
        .isEqualTo(body);
    assertThat(send(version, request("/")).body()).isEqualTo("hello");
  }

  @ParameterizedTest
  @EnumSource
  void aBodyOfUnknownLengthIsCarriedBothWays(Version version) throws Exception {
    var body = BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(new byte[300_000]));

    assertThat(send(version, request("/sink").POST(body)).body()).isEqualTo("300000");
  }

  @ParameterizedTest
  @EnumSource
  void aLargeAnswerIsCarried(Version version) throws Exception {
    assertThat(send(version, request("/big?5000000")).body()).hasSize(5_000_000);
  }

  @ParameterizedTest
  @EnumSource
  void aHeadRequestHasTheLengthAndNoBody(Version version) throws Exception {
    var answer = send(version, request("/").HEAD());

    assertThat(answer.headers().firstValue("content-length")).hasValue("5");
    assertThat(answer.body()).isEmpty();
    assertThat(send(version, request("/")).body()).isEqualTo("hello");
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerWithoutContentHasNeitherLengthNorBody(Version version) throws Exception {
    var answer = send(version, request("/nothing"));

    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.headers().firstValue("content-length")).isEmpty();
    assertThat(send(version, request("/")).body()).isEqualTo("hello");
  }

  @ParameterizedTest
  @EnumSource
  void trailersAndInterimAnswersAreCarried(Version version) throws Exception {
    assertThat(send(version, request("/trailers")).body()).isEqualTo("body");
    assertThat(send(version, request("/hints")).body()).isEqualTo("hello");
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatWaitsForContinueIsToldTo(Version version) throws Exception {
    var answer =
        send(version, request("/sink").expectContinue(true).POST(BodyPublishers.ofString("hello")));

    assertThat(answer.body()).isEqualTo("5");
  }

  @ParameterizedTest
  @EnumSource
  void aBodyBeyondTheBoundIsTooLarge(Version version) throws Exception {
    var known = BodyPublishers.ofByteArray(new byte[(int) FakeEdge.MOST_BODY + 1]);
    var answer = send(version, request("/sink").expectContinue(true).POST(known));

    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.headers().firstValue("x-reason")).hasValue("body-too-large");
  }
}
