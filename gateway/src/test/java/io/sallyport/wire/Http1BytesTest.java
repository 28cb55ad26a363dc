package io.sallyport.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class Http1BytesTest {
  private static final ByteBufAllocator ALLOC = UnpooledByteBufAllocator.DEFAULT;

  private final HttpHeaders headers =
      DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();

  @Test
  void aRequestIsItsLineAndItsFields() {
    headers.add("host", "example.com").add(AsciiString.of("x-a"), AsciiString.of("1"));

    String text = text(Http1Bytes.request(ALLOC, "GET", "/a?b=c", headers));

    assertThat(text).isEqualTo("GET /a?b=c HTTP/1.1\r\nhost: example.com\r\nx-a: 1\r\n\r\n");
  }

  @Test
  void anAnswerNamesItsStatus() {
    String text = text(Http1Bytes.answer(ALLOC, 404, headers));

    assertThat(text).isEqualTo("HTTP/1.1 404 Not Found\r\n\r\n");
  }

  @Test
  void aFieldSetTwiceIsWrittenTwiceInOrder() {
    headers.add("a", "1").add("b", "2").add("a", "3");

    String text = text(Http1Bytes.answer(ALLOC, 200, headers));

    assertThat(text).isEqualTo("HTTP/1.1 200 OK\r\na: 1\r\nb: 2\r\na: 3\r\n\r\n");
  }

  @Test
  void aPartOfALargerArrayIsNotWrittenWithIt() {
    AsciiString part = new AsciiString("xxvaluexx".getBytes(ISO_8859_1), 2, 5, false);
    headers.add("a", part);

    String text = text(Http1Bytes.answer(ALLOC, 200, headers));

    assertThat(text).contains("a: value\r\n");
  }

  @Test
  void noCharacterBecomesAnEndOfLine() {
    headers.add("a", "\u010a\u010d\u00e4");

    String text = text(Http1Bytes.answer(ALLOC, 200, headers));

    assertThat(text).contains("a: ??\u00e4\r\n\r\n");
  }

  @Test
  void aHeadMayBeLongerThanWhatALoopKeeps() {
    String value = "v".repeat(100_000);
    headers.add("a", value);

    String text = text(Http1Bytes.answer(ALLOC, 200, headers));
    String next = text(Http1Bytes.answer(ALLOC, 200, EmptyHttpHeaders.INSTANCE));

    assertThat(text).hasSize("HTTP/1.1 200 OK\r\na: \r\n\r\n".length() + value.length());
    assertThat(next).isEqualTo("HTTP/1.1 200 OK\r\n\r\n");
  }

  @Test
  void aChunkSaysItsSizeInHex() {
    assertThat(text(Http1Bytes.chunk(ALLOC, 65_535))).isEqualTo("ffff\r\n");
    assertThat(text(Http1Bytes.endOfChunk())).isEqualTo("\r\n");
    assertThat(text(Http1Bytes.endOfChunk())).isEqualTo("\r\n");
  }

  @Test
  void aChunkOfNothingWouldEndTheBody() {
    assertThatIllegalArgumentException().isThrownBy(() -> Http1Bytes.chunk(ALLOC, 0));
  }

  @Test
  void theLastChunkCarriesTheTrailers() {
    headers.add("checksum", "7");

    assertThat(text(Http1Bytes.lastChunk(ALLOC, headers))).isEqualTo("0\r\nchecksum: 7\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "/a b", "/a\r\nb", "/a\tb", "/\u007f", "/\u00e4", "/\u010a"})
  void whatIsNotOneWordHasNoPlaceInARequestLine(String word) {
    assertThatIllegalArgumentException().isThrownBy(() -> Http1Bytes.requireWord(word));
  }

  private static String text(ByteBuf bytes) {
    try {
      return bytes.toString(ISO_8859_1);
    } finally {
      bytes.release();
    }
  }
}
