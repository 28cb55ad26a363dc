package io.sallyport.guard;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.sallyport.listener.EmbeddedListener;
import io.sallyport.testing.EmbeddedSocket;
import org.jspecify.annotations.Nullable;

/// A client that says the same again and again on one connection, in bytes that were made before.
interface ReplayedClient {

  /// Sends one request.
  void request();

  /// Takes what came of the answer.
  ///
  /// @return whether anything came
  boolean turn();

  /// One that speaks HTTP/1.1.
  ///
  /// @param body nothing: a GET
  static ReplayedClient h1(EmbeddedListener listener, @Nullable String token, String body) {
    EmbeddedSocket socket = listener.acceptH1();
    byte[] bytes =
        ReplayedGateway.bytes(
            (body.isEmpty() ? "GET" : "POST")
                + " /orders/17?page=2 HTTP/1.1\r\nhost: localhost\r\nuser-agent: replay/1\r\n"
                + "accept: */*\r\n"
                + (token == null ? "" : "authorization: Bearer " + token + "\r\n")
                + (body.isEmpty() ? "" : "content-length: " + body.length() + "\r\n")
                + "\r\n"
                + body);
    return new ReplayedClient() {
      @Override
      public void request() {
        socket.receive(bytes, 0, bytes.length);
      }

      @Override
      public boolean turn() {
        return socket.sent() > 0;
      }
    };
  }

  /// One that speaks HTTP/2. Its fields are in the header tables of both sides after the first
  /// request, but for the token, which clients never index and spell in Huffman's code (RFC 7541
  /// §7.1.3).
  static ReplayedClient h2(EmbeddedListener listener, @Nullable String token) {
    EmbeddedSocket socket = listener.acceptH2();
    byte[] preface = preface();
    socket.receive(preface, 0, preface.length);
    var headers =
        new DefaultHttp2Headers()
            .method("GET")
            .scheme("https")
            .authority("localhost")
            .path("/orders/17?page=2")
            .add("user-agent", "replay/1")
            .add("accept", "*/*");
    if (token != null) {
      headers.add("authorization", "Bearer " + token);
    }
    var encoder =
        new DefaultHttp2HeadersEncoder(
            (name, value) -> "authorization".contentEquals(name), false, 64, 0);
    byte[] first = frame(encoder, headers);
    byte[] again = frame(encoder, headers);
    return new ReplayedClient() {
      private int stream = 1;

      @Override
      public void request() {
        byte[] frame = stream == 1 ? first : again;
        for (int i = 0; i < 4; i++) {
          frame[5 + i] = (byte) (stream >>> (24 - 8 * i));
        }
        stream += 2;
        socket.receive(frame, 0, frame.length);
      }

      @Override
      public boolean turn() {
        return socket.sent() > 0;
      }
    };
  }

  /// The preface, SETTINGS and a WINDOW_UPDATE with windows without end, and the ACK for the
  /// server's SETTINGS (RFC 9113 §3.4, §6.5, §6.9).
  private static byte[] preface() {
    ByteBuf bytes = Unpooled.buffer();
    bytes.writeBytes(Http2CodecUtil.connectionPrefaceBuf());
    head(bytes, 6, 0x4, 0, 0);
    bytes.writeShort(0x4).writeInt(Integer.MAX_VALUE);
    head(bytes, 4, 0x8, 0, 0);
    bytes.writeInt(Integer.MAX_VALUE - 65_535);
    head(bytes, 0, 0x4, 0x1, 0);
    return ByteBufUtil.getBytes(bytes);
  }

  /// HEADERS with END_STREAM and END_HEADERS; the stream is filled in later.
  private static byte[] frame(DefaultHttp2HeadersEncoder encoder, Http2Headers headers) {
    ByteBuf block = Unpooled.buffer();
    try {
      encoder.encodeHeaders(1, headers, block);
    } catch (Http2Exception e) {
      throw new IllegalStateException(e);
    }
    ByteBuf bytes = Unpooled.buffer();
    head(bytes, block.readableBytes(), 0x1, 0x5, 1);
    return ByteBufUtil.getBytes(bytes.writeBytes(block));
  }

  private static void head(ByteBuf bytes, int length, int type, int flags, int stream) {
    bytes.writeMedium(length).writeByte(type).writeByte(flags).writeInt(stream);
  }
}
