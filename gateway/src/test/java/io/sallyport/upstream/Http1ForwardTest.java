package io.sallyport.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.admission.PermitFixture;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Http1ForwardTest {
  private final Client client = new Client();

  @AfterEach
  void close() {
    client.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a body of known length      | GET  | HTTP/1.1 200 OK^Content-Length: 2^^hi                                          | head 200, body hi
          an empty body               | GET  | HTTP/1.1 200 OK^Content-Length: 0^^                                            | head 200
          a chunked body              | GET  | HTTP/1.1 200 OK^Transfer-Encoding: chunked^^1^h^1^i^0^^                        | head 200, body hi
          trailers                    | GET  | HTTP/1.1 200 OK^Transfer-Encoding: chunked^^2^hi^0^x-sum: 7^^                  | head 200, body hi, trailers [x-sum=7]
          no content                  | GET  | HTTP/1.1 204 No Content^^                                                      | head 204
          not modified, with a length | GET  | HTTP/1.1 304 Not Modified^Content-Length: 9^^                                  | head 304
          HEAD, with a length         | HEAD | HTTP/1.1 200 OK^Content-Length: 9^^                                            | head 200
          HEAD, chunked               | HEAD | HTTP/1.1 200 OK^Transfer-Encoding: chunked^^                                   | head 200
          interim answers             | GET  | HTTP/1.1 100 Continue^^HTTP/1.1 103 Early Hints^link: x^^HTTP/1.1 200 OK^Content-Length: 2^^hi | interim 100, interim 103, head 200, body hi
          no reason phrase            | GET  | HTTP/1.1 200 ^Content-Length: 0^^                                              | head 200
          """)
  void anAnswerIsHandedOverAndItsConnectionUsedAgain(
      String name, String method, String answer, String heard) throws Exception {
    try (var backend = ScriptedBackend.answering(answer.replace("^", "\r\n"))) {
      var permit = PermitFixture.to(Client.upstream(backend.endpoint("a")));

      String first = client.send(permit, method).await();
      String second = client.send(permit, method).await();

      assertThat(first).isEqualTo(heard);
      assertThat(second).isEqualTo(heard);
      assertThat(backend.accepted()).isEqualTo(1);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a body that lasts until the end | HTTP/1.1 200 OK^^hi                                        | head 200, body hi
          the old protocol                | HTTP/1.0 200 OK^Content-Length: 2^^hi                      | head 200, body hi
          a connection that says close    | HTTP/1.1 200 OK^Connection: close^Content-Length: 2^^hi    | head 200, body hi
          """)
  void aConnectionThatSaysItEndsIsNotUsedAgain(String name, String answer, String heard)
      throws Exception {
    try (var backend = ScriptedBackend.answeringOnce(answer.replace("^", "\r\n"))) {
      assertThat(client.get(backend)).isEqualTo(heard);
      assertThat(client.get(backend)).isEqualTo(heard);
      assertThat(backend.accepted()).isEqualTo(2);
    }
  }

  @Test
  void aRequestBodyIsChunkedWhenNobodySaidHowLongItIs() throws Exception {
    try (var backend =
        ScriptedBackend.start(
            connection -> {
              connection.readHead();
              String body = new String(connection.in().readNBytes(10), StandardCharsets.ISO_8859_1);
              connection.say(
                  "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            })) {
      var permit = PermitFixture.to(Client.upstream(backend.endpoint("a")));

      String heard = client.post(permit, "hello").await();

      assertThat(heard).isEqualTo("head 200, body 5\r\nhello\r\n");
      assertThat(backend.heads().getFirst())
          .startsWith("POST / HTTP/1.1\r\n")
          .contains("transfer-encoding: chunked\r\n");
    }
  }
}
