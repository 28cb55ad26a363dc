package io.sallyport.upstream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;

/// Netty's HTTP/1.1 decoder, made strict: what RFC 9112 calls malformed is a failed message and
/// never repaired.
///
/// It also notices what a decoder alone cannot know: bytes that nobody asked for. They mean that
/// the two sides do not agree where an answer ended, so the connection must not be used again.
final class AnswerDecoder extends HttpResponseDecoder {
  private static final int MAX_HEAD = 64 * 1024;
  private static final int MAX_PIECE = 64 * 1024;

  private final Http1Connection connection;
  private boolean headRequest;
  private boolean answering;

  AnswerDecoder(Http1Connection connection) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_HEAD)
            .setMaxHeaderSize(MAX_HEAD)
            .setMaxChunkSize(MAX_PIECE)
            .setStrictLineParsing(true)
            .setUseRfc9112TransferEncoding(true)
            .setAllowDuplicateContentLengths(false));
    this.connection = connection;
  }

  /// A request is about to be written.
  ///
  /// @param head whether it is a HEAD request, whose answer never has a body (RFC 9112 §6.3)
  void expect(boolean head) {
    headRequest = head;
    answering = false;
  }

  /// Whether any byte came since the last request.
  boolean answering() {
    return answering;
  }

  /// Bytes that came and were not understood yet.
  int leftover() {
    return actualReadableBytes();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
    if (connection.idle()) {
      ReferenceCountUtil.release(msg);
      connection.unasked();
      return;
    }
    answering = true;
    super.channelRead(ctx, msg);
  }

  /// RFC 9112 §4: the version, a space, three digits.
  @Override
  protected HttpMessage createMessage(String[] line) {
    if (!line[0].equals("HTTP/1.1") && !line[0].equals("HTTP/1.0")) {
      throw new IllegalArgumentException("not an HTTP/1 status line");
    }
    String code = line[1];
    if (code.length() != 3 || !digit(code, 0, '1', '5') || !digit(code, 1) || !digit(code, 2)) {
      throw new IllegalArgumentException("status is not three digits between 100 and 599");
    }
    return super.createMessage(line);
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    int status = ((HttpResponse) message).status().code();
    return headRequest || status < 200 || status == 204 || status == 304;
  }

  /// RFC 9112 §5.1: no whitespace before the colon. Netty would cut the name there.
  @Override
  protected AsciiString splitHeaderName(byte[] line, int start, int length) {
    if (line[start + length] != ':') {
      throw new IllegalArgumentException("whitespace in a field name");
    }
    return super.splitHeaderName(line, start, length);
  }

  /// RFC 9112 §6.3: ought to be handled as an error.
  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
  }

  private static boolean digit(String text, int at) {
    return digit(text, at, '0', '9');
  }

  private static boolean digit(String text, int at, char low, char high) {
    return text.charAt(at) >= low && text.charAt(at) <= high;
  }
}
