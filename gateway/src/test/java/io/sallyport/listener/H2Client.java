package io.sallyport.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Writes any HTTP/2 frames, well-formed or not, and reads what comes back.
final class H2Client implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;

  private final Socket socket;
  private final OutputStream out;
  private final DataInputStream in;
  private int next = -1;
  private final DefaultHttp2HeadersDecoder hpack = new DefaultHttp2HeadersDecoder(false);

  /// A frame that came.
  static final class Frame {
    private final int type;
    private final int flags;
    private final int stream;
    private final byte[] payload;
    private final @Nullable Http2Headers fields;

    Frame(int type, int flags, int stream, byte[] payload, @Nullable Http2Headers fields) {
      this.type = type;
      this.flags = flags;
      this.stream = stream;
      this.payload = payload;
      this.fields = fields;
    }

    int type() {
      return type;
    }

    int stream() {
      return stream;
    }

    byte[] payload() {
      return payload;
    }

    boolean ends() {
      return (flags & END_STREAM) != 0;
    }
  }

  H2Client(Socket socket) throws IOException {
    this.socket = socket;
    this.out = socket.getOutputStream();
    this.in = new DataInputStream(socket.getInputStream());
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    frame(SETTINGS, 0, 0, new byte[0]);
  }

  H2Client frame(int type, int flags, int stream, byte[] payload) throws IOException {
    var frame = new ByteArrayOutputStream(9 + payload.length);
    frame.write(payload.length >> 16);
    frame.write(payload.length >> 8);
    frame.write(payload.length);
    frame.write(type);
    frame.write(flags);
    for (int shift = 24; shift >= 0; shift -= 8) {
      frame.write(stream >> shift);
    }
    frame.writeBytes(payload);
    out.write(frame.toByteArray());
    out.flush();
    return this;
  }

  H2Client cancel(int stream) throws IOException {
    return frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
  }

  H2Client headers(int stream, boolean end, String... fields) throws IOException {
    return frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block(fields));
  }

  /// A number that this client has not used yet, if it uses only these.
  int nextStream() {
    next += 2;
    return next;
  }

  H2Client get(int stream, String path) throws IOException {
    return headers(
        stream, true, ":method=GET", ":scheme=https", ":path=" + path, ":authority=localhost");
  }

  H2Client post(int stream, String path) throws IOException {
    return headers(
        stream, false, ":method=POST", ":scheme=https", ":path=" + path, ":authority=localhost");
  }

  /// Literal fields, never indexed, not Huffman-coded (RFC 7541 §6.2.2).
  static byte[] block(String... fields) {
    var block = new ByteArrayOutputStream();
    for (String field : fields) {
      int equals = field.startsWith("=") ? 0 : field.indexOf('=', 1);
      block.write(0);
      text(block, field.substring(0, equals));
      text(block, field.substring(equals + 1));
    }
    return block.toByteArray();
  }

  private static void text(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length < 127) {
      block.write(bytes.length);
    } else {
      block.write(127);
      int rest = bytes.length - 127;
      for (; rest >= 128; rest >>= 7) {
        block.write((rest & 127) | 128);
      }
      block.write(rest);
    }
    block.writeBytes(bytes);
  }

  Frame read() throws IOException {
    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int stream = in.readInt();
    byte[] payload = new byte[length];
    in.readFully(payload);
    // Each block changes the table that the next one is read by (RFC 7541 §2.2): none is skipped.
    return new Frame(
        type, flags, stream, payload, type == HEADERS ? decoded(stream, payload) : null);
  }

  private Http2Headers decoded(int stream, byte[] payload) throws IOException {
    ByteBuf block = Unpooled.wrappedBuffer(payload);
    try {
      return hpack.decodeHeaders(stream, block);
    } catch (Http2Exception e) {
      throw new IOException(e);
    } finally {
      block.release();
    }
  }

  Frame readUntil(Predicate<Frame> wanted) throws IOException {
    Frame frame = read();
    while (!wanted.test(frame)) {
      frame = read();
    }
    return frame;
  }

  /// The head of the next answer on a stream.
  Http2Headers answer(int stream) throws IOException {
    Frame frame = readUntil(one -> one.stream() == stream && one.type() != WINDOW_UPDATE);
    if (frame.fields == null) {
      throw new IOException("a frame of type " + frame.type() + " instead of an answer");
    }
    return frame.fields;
  }

  /// The error code of the GOAWAY that ends the connection.
  int goAway() throws IOException {
    byte[] payload = readUntil(frame -> frame.type() == GOAWAY).payload();
    return payload[7];
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
