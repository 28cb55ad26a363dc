package io.sallyport.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Iterator;
import java.util.Map;

/// Messages as HTTP/1.1 spells them (RFC 9112 §2, §7.1): start line and fields, chunks.
///
/// Netty's encoder writes each name, separator and value to the buffer by itself, and passes
/// objects for the parts of a message through its pipeline. Here a head is laid side by side in an
/// array of the event loop's own and copied once, in a third of the time; what is written is
/// buffers only. Which characters may stand in a field was checked when it was read or set. A
/// character beyond ISO 8859-1 becomes `?`, as in Netty: without its high byte, U+010A would be an
/// end of line.
public final class Http1Bytes {
  private static final int FIRST_SIZE = 2 * 1024;

  /// What one very long head made it, a loop need not keep.
  private static final int MOST_KEPT = 16 * 1024;

  private static final AsciiString VERSION = AsciiString.cached("HTTP/1.1 ");
  private static final AsciiString TO_VERSION = AsciiString.cached(" HTTP/1.1\r\n");
  private static final AsciiString END_OF_LINE = AsciiString.cached("\r\n");
  private static final AsciiString NO_MORE_CHUNKS = AsciiString.cached("0\r\n");
  private static final ByteBuf END_OF_CHUNK =
      Unpooled.unreleasableBuffer(
          Unpooled.directBuffer(2).writeBytes(END_OF_LINE.array()).asReadOnly());

  private static final FastThreadLocal<Http1Bytes> OWN =
      new FastThreadLocal<>() {
        @Override
        protected Http1Bytes initialValue() {
          return new Http1Bytes();
        }
      };

  private byte[] bytes = new byte[FIRST_SIZE];
  private int length;

  private Http1Bytes() {}

  /// The head of a request, whose method and target have passed [#requireWord].
  public static ByteBuf request(
      ByteBufAllocator allocator, String method, String target, HttpHeaders headers) {
    Http1Bytes own = OWN.get();
    own.text(method).text(" ").text(target).text(TO_VERSION).fields(headers);
    return own.taken(allocator);
  }

  /// Visible ASCII only: nothing that could end the word, or the line.
  ///
  /// @throws IllegalArgumentException when it cannot stand in a request line
  public static void requireWord(String word) {
    if (word.isEmpty()) {
      throw new IllegalArgumentException("an empty word in a request line");
    }
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        throw new IllegalArgumentException("a character that no request line may have");
      }
    }
  }

  /// The head of an answer.
  public static ByteBuf answer(ByteBufAllocator allocator, int status, HttpHeaders headers) {
    HttpResponseStatus named = HttpResponseStatus.valueOf(status);
    Http1Bytes own = OWN.get();
    own.text(VERSION).text(named.codeAsText()).text(" ").text(named.reasonPhrase());
    own.text(END_OF_LINE).fields(headers);
    return own.taken(allocator);
  }

  /// What comes before a chunk's data. [#endOfChunk] comes after them.
  ///
  /// @param size bytes, at least one: a chunk of none would end the body
  public static ByteBuf chunk(ByteBufAllocator allocator, int size) {
    if (size <= 0) {
      throw new IllegalArgumentException("size: at least 1, was " + size);
    }
    Http1Bytes own = OWN.get();
    own.text(Integer.toHexString(size)).text(END_OF_LINE);
    return own.taken(allocator);
  }

  public static ByteBuf endOfChunk() {
    return END_OF_CHUNK.duplicate();
  }

  /// The end of a chunked body, with its trailers.
  public static ByteBuf lastChunk(ByteBufAllocator allocator, HttpHeaders trailers) {
    Http1Bytes own = OWN.get();
    own.text(NO_MORE_CHUNKS).fields(trailers);
    return own.taken(allocator);
  }

  private ByteBuf taken(ByteBufAllocator allocator) {
    ByteBuf written = allocator.directBuffer(length, length).writeBytes(bytes, 0, length);
    length = 0;
    if (bytes.length > MOST_KEPT) {
      bytes = new byte[FIRST_SIZE];
    }
    return written;
  }

  private void fields(HttpHeaders headers) {
    Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
    while (fields.hasNext()) {
      Map.Entry<CharSequence, CharSequence> field = fields.next();
      text(field.getKey());
      room(2);
      bytes[length++] = ':';
      bytes[length++] = ' ';
      text(field.getValue());
      room(4);
      bytes[length++] = '\r';
      bytes[length++] = '\n';
    }
    text(END_OF_LINE);
  }

  private Http1Bytes text(CharSequence text) {
    int size = text.length();
    room(size);
    if (text instanceof AsciiString ascii) {
      System.arraycopy(ascii.array(), ascii.arrayOffset(), bytes, length, size);
    } else {
      for (int i = 0; i < size; i++) {
        bytes[length + i] = AsciiString.c2b(text.charAt(i));
      }
    }
    length += size;
    return this;
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      byte[] larger = new byte[Math.max(2 * bytes.length, length + more)];
      System.arraycopy(bytes, 0, larger, 0, length);
      bytes = larger;
    }
  }
}
