package io.sallyport.loadtest.generator;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http1ConnectionTest {
  private final RecordedWork work = new RecordedWork();
  private final Http1Connection connection =
      new Http1Connection(
          work, new RequestBytes(new Target(1, "localhost", "/x", Protocol.H1, List.of(), 200)));
  private final EmbeddedChannel channel = new EmbeddedChannel(connection);

  @AfterEach
  void releaseEverything() {
    channel.finishAndReleaseAll();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTRANSFER-ENCODING: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1a\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nx: y\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n!",
      })
  void hearsAnAnswerHoweverItIsCutUp(String answer) {
    connection.ready();
    for (int piece = 1; piece <= answer.length(); piece++) {
      work.heard.clear();
      connection.ask(new Exchange());
      for (int at = 0; at < answer.length(); at += piece) {
        assertThat(work.heard).isEmpty();
        receive(answer.substring(at, Math.min(answer.length(), at + piece)));
      }

      assertThat(work.heard).containsExactly("answered 200");
      assertThat(connection.hasRoom()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void awaitsNoBodyWhereThereIsNone(int status) {
    connection.ready();
    connection.ask(new Exchange());

    receive("HTTP/1.1 " + status + " x\r\ncontent-length: 5\r\n\r\n");

    assertThat(work.heard).containsExactly("opened", "answered " + status);
  }

  @Test
  void hearsAnAnswerThatEndsWithTheConnection() {
    connection.ready();
    connection.ask(new Exchange());

    receive("HTTP/1.1 200 OK\r\n\r\nhello");
    channel.close();

    assertThat(work.heard)
        .containsExactly("opened", "answered 200", "closed: closed by the server");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nconnection: Close\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n"
      })
  void asksNothingMoreOfAServerThatCloses(String answer) {
    connection.ready();
    connection.ask(new Exchange());

    receive(answer);

    assertThat(work.heard)
        .containsExactly("opened", "answered 200", "closed: the server closes after this answer");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhel",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: five\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-1\r\n"
      })
  void losesAnExchangeThatIsNotAnswered(String answer) {
    connection.ready();
    connection.ask(new Exchange());

    receive(answer);
    channel.close();

    assertThat(work.heard).hasSize(3).startsWith("opened", "lost");
  }

  @Test
  void closesWhenAnAnswerComesUnasked() {
    connection.ready();

    receive("HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n");

    assertThat(work.heard).containsExactly("opened", "closed: not an answer");
  }

  @Test
  void givesUpOnALineWithoutEnd() {
    connection.ready();
    connection.ask(new Exchange());

    receive("HTTP/1.1 200 " + "x".repeat(70_000));

    assertThat(work.heard).containsExactly("opened", "lost", "closed: a line without end");
  }

  private void receive(String bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.US_ASCII));
  }
}
