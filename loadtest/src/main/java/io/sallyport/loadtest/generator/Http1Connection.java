package io.sallyport.loadtest.generator;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// HTTP/1.1 with one request at a time (RFC 9112): no pipelining, as no browser does it.
final class Http1Connection extends Connection {
  private static final byte[] CONTENT_LENGTH = ascii("content-length");
  private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");
  private static final byte[] CONNECTION = ascii("connection");
  private static final int LONGEST_LINE = 64 * 1024;
  private static final long NO_LENGTH = -1;

  private enum Part {
    STATUS_LINE,
    FIELDS,
    BODY,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILERS,
    UNTIL_CLOSE
  }

  private final RequestBytes request;
  private @Nullable Exchange asked;
  private Part part = Part.STATUS_LINE;
  private int status;
  private long left;
  private boolean chunked;
  private boolean lastOne;

  Http1Connection(Work work, RequestBytes request) {
    super(work, Protocol.H1);
    this.request = request;
  }

  @Override
  boolean hasRoom() {
    return isOpen() && asked == null && !lastOne;
  }

  @Override
  void ask(Exchange exchange) {
    asked = exchange;
    exchange.connection = this;
    request.write(out(), exchange.token);
  }

  @Override
  void abandon(Exchange exchange) {
    asked = null;
    lastOne = true;
    close("an answer did not come in time");
  }

  @Override
  void greet() {
    ready();
  }

  @Override
  void end() {
    Exchange exchange = asked;
    asked = null;
    if (exchange != null) {
      if (part == Part.UNTIL_CLOSE) {
        work.answered(exchange, status);
      } else {
        work.lost(exchange);
      }
    }
  }

  @Override
  void read(ByteBuf in) throws ProtocolProblem {
    boolean more = true;
    while (more && in.isReadable()) {
      more =
          switch (part) {
            case STATUS_LINE, FIELDS, CHUNK_SIZE, CHUNK_END, TRAILERS -> readLine(in);
            case BODY, CHUNK -> skip(in);
            case UNTIL_CLOSE -> {
              in.skipBytes(in.readableBytes());
              yield true;
            }
          };
    }
  }

  private boolean skip(ByteBuf in) {
    int taken = (int) Math.min(left, in.readableBytes());
    in.skipBytes(taken);
    left -= taken;
    if (left == 0) {
      if (part == Part.BODY) {
        answered();
      } else {
        part = Part.CHUNK_END;
      }
    }
    return true;
  }

  private boolean readLine(ByteBuf in) throws ProtocolProblem {
    int from = in.readerIndex();
    int feed = in.indexOf(from, in.writerIndex(), (byte) '\n');
    if (feed < 0) {
      if (in.readableBytes() > LONGEST_LINE) {
        throw new ProtocolProblem("a line without end");
      }
      return false;
    }
    int to = feed > from && in.getByte(feed - 1) == '\r' ? feed - 1 : feed;
    in.readerIndex(feed + 1);
    line(in, from, to);
    return true;
  }

  private void line(ByteBuf in, int from, int to) throws ProtocolProblem {
    switch (part) {
      case STATUS_LINE -> statusLine(in, from, to);
      case FIELDS -> {
        if (from == to) {
          headEnd();
        } else {
          field(in, from, to);
        }
      }
      case CHUNK_SIZE -> {
        left = number(in, from, to, 16);
        part = left == 0 ? Part.TRAILERS : Part.CHUNK;
      }
      case CHUNK_END -> part = Part.CHUNK_SIZE;
      case TRAILERS -> {
        if (from == to) {
          answered();
        }
      }
      case BODY, CHUNK, UNTIL_CLOSE -> throw new IllegalStateException("not read by lines");
    }
  }

  private void statusLine(ByteBuf in, int from, int to) throws ProtocolProblem {
    // "HTTP/1.1 200": the three digits stand at the same place always.
    if (to - from < 12 || in.getByte(from) != 'H' || asked == null) {
      throw new ProtocolProblem("not an answer");
    }
    status = (int) number(in, from + 9, from + 12, 10);
    lastOne = in.getByte(from + 7) == '0';
    chunked = false;
    left = NO_LENGTH;
    part = Part.FIELDS;
  }

  private void field(ByteBuf in, int from, int to) throws ProtocolProblem {
    switch (in.getByte(from) | 0x20) {
      case 'c' -> {
        if (named(in, from, to, CONTENT_LENGTH)) {
          left = number(in, value(in, from + CONTENT_LENGTH.length + 1, to), to, 10);
        } else if (named(in, from, to, CONNECTION)) {
          lastOne |= ends(in, to, "close");
        }
      }
      case 't' -> {
        if (named(in, from, to, TRANSFER_ENCODING)) {
          chunked = ends(in, to, "chunked");
        }
      }
      default -> {}
    }
  }

  private void headEnd() {
    if (status < 200) {
      part = Part.STATUS_LINE;
    } else if (status == 204 || status == 304) {
      answered();
    } else if (chunked) {
      part = Part.CHUNK_SIZE;
    } else if (left == NO_LENGTH) {
      part = Part.UNTIL_CLOSE;
    } else if (left == 0) {
      answered();
    } else {
      part = Part.BODY;
    }
  }

  private void answered() {
    part = Part.STATUS_LINE;
    Exchange exchange = asked;
    asked = null;
    if (exchange != null) {
      work.answered(exchange, status);
    }
    if (lastOne) {
      close("the server closes after this answer");
    }
  }

  private static boolean named(ByteBuf in, int from, int to, byte[] name) {
    if (to - from <= name.length || in.getByte(from + name.length) != ':') {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if ((in.getByte(from + i) | 0x20) != (name[i] | 0x20)) {
        return false;
      }
    }
    return true;
  }

  private static int value(ByteBuf in, int from, int to) {
    int at = from;
    while (at < to && in.getByte(at) == ' ') {
      at++;
    }
    return at;
  }

  private static boolean ends(ByteBuf in, int to, String word) {
    for (int i = 1; i <= word.length(); i++) {
      if ((in.getByte(to - i) | 0x20) != word.charAt(word.length() - i)) {
        return false;
      }
    }
    return true;
  }

  private static long number(ByteBuf in, int from, int to, int radix) throws ProtocolProblem {
    long number = 0;
    int at = from;
    int digit;
    while (at < to && (digit = Character.digit(in.getByte(at), radix)) >= 0) {
      number = number * radix + digit;
      at++;
    }
    if (at == from || at - from > 15) {
      throw new ProtocolProblem("not a number");
    }
    return number;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
