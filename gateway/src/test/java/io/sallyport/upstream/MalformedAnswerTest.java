package io.sallyport.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.admission.PermitFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is not HTTP is refused, never repaired. `^` stands for CRLF, `~` for LF.
final class MalformedAnswerTest {
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
          length beside chunked        | HTTP/1.1 200 OK^Content-Length: 2^Transfer-Encoding: chunked^^2^hi^0^^
          two lengths                  | HTTP/1.1 200 OK^Content-Length: 2^Content-Length: 3^^hi
          the same length twice        | HTTP/1.1 200 OK^Content-Length: 2^Content-Length: 2^^hi
          lengths in a list            | HTTP/1.1 200 OK^Content-Length: 2, 2^^hi
          a negative length            | HTTP/1.1 200 OK^Content-Length: -1^^
          a length with a sign         | HTTP/1.1 200 OK^Content-Length: +2^^hi
          a length that is no number   | HTTP/1.1 200 OK^Content-Length: two^^hi
          a length without end         | HTTP/1.1 200 OK^Content-Length: 99999999999999999999^^hi
          another transfer coding      | HTTP/1.1 200 OK^Transfer-Encoding: gzip^^hi
          another coding, then chunked | HTTP/1.1 200 OK^Transfer-Encoding: gzip, chunked^^0^^
          chunked twice                | HTTP/1.1 200 OK^Transfer-Encoding: chunked^Transfer-Encoding: chunked^^0^^
          chunked in the old protocol  | HTTP/1.0 200 OK^Transfer-Encoding: chunked^^0^^
          no content, and a length     | HTTP/1.1 204 No Content^Content-Length: 2^^hi
          not HTTP                     | SSH-2.0-OpenSSH_9.2^^
          HTTP/2                       | HTTP/2.0 200 OK^^
          HTTP/1.2                     | HTTP/1.2 200 OK^Content-Length: 0^^
          lower-case protocol          | http/1.1 200 OK^Content-Length: 0^^
          no status                    | HTTP/1.1^^
          a status of two digits       | HTTP/1.1 20 OK^^
          a status of four digits      | HTTP/1.1 2000 OK^^
          a status that is no number   | HTTP/1.1 2OO OK^^
          status 099                   | HTTP/1.1 099 OK^^
          status 600                   | HTTP/1.1 600 OK^^
          a switch nobody asked for    | HTTP/1.1 101 Switching Protocols^Upgrade: websocket^Connection: upgrade^^
          a header without a colon     | HTTP/1.1 200 OK^nonsense^^
          a header name with a space   | HTTP/1.1 200 OK^bad name: 1^Content-Length: 0^^
          a space before the colon     | HTTP/1.1 200 OK^Content-Length : 0^^
          an empty header name         | HTTP/1.1 200 OK^: 1^Content-Length: 0^^
          a bare LF after the status   | HTTP/1.1 200 OK~Content-Length: 0^^
          a bare LF after a header     | HTTP/1.1 200 OK^Content-Length: 0~^^
          """)
  void anAnswerWithABadHeadIsBroken(String name, String answer) throws Exception {
    try (var backend =
        ScriptedBackend.answeringOnce(answer.replace("^", "\r\n").replace("~", "\n"))) {
      assertThat(client.get(backend)).isEqualTo("failed BROKEN");
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a chunk size that is no number | Transfer-Encoding: chunked^^xyz^hi^0^^
          a negative chunk size          | Transfer-Encoding: chunked^^-2^hi^0^^
          a chunk size without end       | Transfer-Encoding: chunked^^FFFFFFFFFFFFFFFFF^hi^0^^
          a chunk longer than it says    | Transfer-Encoding: chunked^^1^hi^0^^
          a bare LF in a chunk           | Transfer-Encoding: chunked^^2~hi^0^^
          a chunked body cut short       | Transfer-Encoding: chunked^^2^hi^
          a chunk cut short              | Transfer-Encoding: chunked^^9^hi
          a sized body cut short         | Content-Length: 9^^hi
          """)
  void anAnswerWithABadBodyIsBrokenAfterItsHead(String name, String rest) throws Exception {
    String answer = ("HTTP/1.1 200 OK^" + rest).replace("^", "\r\n").replace("~", "\n");
    try (var backend = ScriptedBackend.answeringOnce(answer)) {
      assertThat(client.get(backend)).startsWith("head 200").endsWith("failed BROKEN");
    }
  }

  @Test
  void aHeadOfMoreThan64KibIsBroken() throws Exception {
    String answer =
        "HTTP/1.1 200 OK\r\nx: " + "x".repeat(64 * 1024) + "\r\nContent-Length: 0\r\n\r\n";
    try (var backend = ScriptedBackend.answeringOnce(answer)) {
      assertThat(client.get(backend)).isEqualTo("failed BROKEN");
    }
  }

  @Test
  void theEleventhInterimAnswerIsOneTooMany() throws Exception {
    String interim = "HTTP/1.1 103 Early Hints\r\n\r\n";
    String last = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    try (var ten = ScriptedBackend.answering(interim.repeat(10) + last);
        var eleven = ScriptedBackend.answering(interim.repeat(11) + last)) {
      assertThat(client.get(ten)).endsWith("interim 103, head 200");
      assertThat(client.get(eleven)).endsWith("interim 103, failed BROKEN");
    }
  }

  @Test
  void anAnswerCutInItsHeadIsBroken() throws Exception {
    try (var line = ScriptedBackend.answeringOnce("HTTP/1.1 20");
        var head = ScriptedBackend.answeringOnce("HTTP/1.1 200 OK\r\nContent-")) {
      assertThat(client.get(line)).isEqualTo("failed BROKEN");
      assertThat(client.get(head)).isEqualTo("failed BROKEN");
    }
  }

  @ParameterizedTest
  @CsvSource({"HTTP/1.1 200 Again", "x", "0"})
  void bytesBehindAnAnswerCostItsConnection(String more) throws Exception {
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    try (var backend = ScriptedBackend.answering(answer + more)) {
      assertThat(client.get(backend)).isEqualTo("head 200, body hi");
      assertThat(client.get(backend)).isEqualTo("head 200, body hi");
      assertThat(backend.accepted()).isEqualTo(2);
    }
  }

  @Test
  void aBodyBehindTheAnswerToHeadIsNotReadAsTheNextAnswer() throws Exception {
    String smuggled = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + smuggled.length() + "\r\n\r\n";
    try (var backend = ScriptedBackend.answering(answer + smuggled)) {
      var permit = PermitFixture.to(Client.upstream(backend.endpoint("a")));

      assertThat(client.send(permit, "HEAD").await()).isEqualTo("head 200");
      assertThat(client.send(permit, "HEAD").await()).isEqualTo("head 200");
      assertThat(backend.accepted()).isEqualTo(2);
    }
  }

  @Test
  void anAnswerNobodyAskedForIsNeverGivenToTheNextRequest() throws Exception {
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    try (var backend =
        ScriptedBackend.start(
            connection -> {
              connection.readHead();
              connection.say(answer);
              Thread.sleep(30);
              connection.say(answer.replace("hi", "no"));
              connection.stall();
            })) {
      assertThat(client.get(backend)).isEqualTo("head 200, body hi");
      Thread.sleep(120);
      assertThat(client.get(backend)).isEqualTo("head 200, body hi");
      assertThat(backend.accepted()).isEqualTo(2);
    }
  }
}
