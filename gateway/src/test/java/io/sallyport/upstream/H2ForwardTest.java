package io.sallyport.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.sallyport.admission.Permit;
import io.sallyport.admission.PermitFixture;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests and answers over HTTP/2 in cleartext.
final class H2ForwardTest {
  private final Client client = new Client();

  @AfterEach
  void close() {
    client.close();
  }

  private static Permit permit(H2Backend backend) {
    return PermitFixture.to(Client.h2c(backend.endpoint("a")));
  }

  private String get(H2Backend backend) throws Exception {
    return client.send(permit(backend), "GET").await();
  }

  @Test
  void aRequestGoesThereAndItsAnswerComesBack() throws Exception {
    try (var backend = H2Backend.start(H2Backend.saying("hi"))) {
      assertThat(get(backend)).isEqualTo("head 200, body hi");
      assertThat(backend.heads())
          .containsExactly(":method=GET :scheme=http :path=/ :authority=api.test");
    }
  }

  @Test
  void manyRequestsShareOneConnection() throws Exception {
    try (var backend = H2Backend.start(H2Backend.saying("hi"))) {
      for (int i = 0; i < 50; i++) {
        assertThat(get(backend)).isEqualTo("head 200, body hi");
      }
      assertThat(backend.connections()).hasSize(1);
    }
  }

  @Test
  void namesGoOutInLowerCaseAndWhatIsAboutAConnectionStays() throws Exception {
    try (var backend = H2Backend.start(H2Backend.saying("hi"))) {
      var receiver = new HeardAnswer();
      client.loop.execute(
          () -> {
            var headers = new DefaultHttpHeaders();
            headers.set("Host", "api.test:8443");
            headers.set("X-One", "1");
            headers.set("Transfer-Encoding", "chunked");
            headers.set("Connection", "x");
            headers.set("Cookie", "a=b; c=d");
            headers.add("x-two", "2");
            headers.add("x-two", "3");
            client.open(permit(backend), receiver).head("GET", "/a?b=c", headers, true);
          });

      assertThat(receiver.await()).isEqualTo("head 200, body hi");
      assertThat(backend.heads())
          .containsExactly(
              ":method=GET :scheme=http :path=/a?b=c :authority=api.test:8443"
                  + " x-one=1 cookie=a=b; c=d x-two=2 x-two=3");
    }
  }

  @Test
  void aBodyOfUnknownLengthAndTrailersGoThere() throws Exception {
    var heard = new CopyOnWriteArrayList<String>();
    try (var backend =
        H2Backend.start(
            (connection, frame) -> {
              switch (frame) {
                case Http2DataFrame data ->
                    heard.add(data.content().toString(StandardCharsets.ISO_8859_1));
                case Http2HeadersFrame head when head.isEndStream() -> {
                  heard.add("trailer " + head.headers().get("checksum"));
                  connection.answer(head.stream(), 200, "ok");
                }
                default -> {}
              }
            })) {
      var receiver = new HeardAnswer();
      client.loop.execute(
          () -> {
            UpstreamStream stream = client.open(permit(backend), receiver);
            stream.head("POST", "/", Client.host(), false);
            stream.data(Unpooled.copiedBuffer("one", StandardCharsets.ISO_8859_1), false);
            stream.data(Unpooled.EMPTY_BUFFER, false);
            stream.data(Unpooled.copiedBuffer("two", StandardCharsets.ISO_8859_1), false);
            stream.trailers(new DefaultHttpHeaders().set("Checksum", "7"));
          });

      assertThat(receiver.await()).isEqualTo("head 200, body ok");
      assertThat(String.join("", heard)).isEqualTo("onetwotrailer 7");
    }
  }

  @Test
  void interimAnswersAndTrailersComeBack() throws Exception {
    try (var backend =
        H2Backend.start(
            (connection, frame) -> {
              connection.head(frame.stream(), false, ":status", "103", "link", "</a>");
              connection.head(frame.stream(), false, ":status", "200");
              connection.data(frame.stream(), "hi", false);
              connection.head(frame.stream(), true, "checksum", "7");
            })) {
      assertThat(get(backend)).isEqualTo("interim 103, head 200, body hi, trailers [checksum=7]");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anAnswerToHeadHasALengthAndNoBody(boolean endWithHead) throws Exception {
    try (var backend =
        H2Backend.start(
            (connection, frame) -> {
              connection.head(
                  frame.stream(), endWithHead, ":status", "200", "content-length", "1000");
              if (!endWithHead) {
                connection.data(frame.stream(), "", true);
              }
            })) {
      var heard = client.send(permit(backend), "HEAD");

      assertThat(heard.await()).isEqualTo("head 200");
      assertThat(heard.headers().get("content-length")).isEqualTo("1000");
    }
  }

  @Test
  void aBackendThatAnswersEarlyIsNotSentTheRest() throws Exception {
    try (var backend =
        H2Backend.start((connection, frame) -> connection.answer(frame.stream(), 413, "no"))) {
      var receiver = new HeardAnswer();
      client.loop.execute(
          () -> client.open(permit(backend), receiver).head("POST", "/", Client.host(), false));

      assertThat(receiver.await()).isEqualTo("head 413, body no");
      Http1FailureTest.await(() -> backend.events().contains("reset CANCEL"));
      assertThat(get(backend)).startsWith("head 413");
      assertThat(backend.connections()).hasSize(1);
    }
  }
}
