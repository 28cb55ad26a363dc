package io.sallyport.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Netty's HTTP/1.1 decoder without its leniencies, and on demand.
///
/// Netty refuses by itself: bare LF, whitespace before a colon, bad names and values, differing
/// lengths, Transfer-Encoding beside Content-Length, bad chunk sizes. It repairs, and this refuses:
/// empty lines before a request, other separators than one space in the request line (RFC 9112 §3),
/// folded lines (§5.2), and fields in trailers that mean something to framing, routing or
/// authentication (RFC 9110 §6.5.1). What can be seen in a finished head is [H1Head]'s.
///
/// On demand: after a head with a body, and after a request, nothing more is decoded until
/// [#resume]. Pipelined requests wait as bytes.
final class H1Decoder extends HttpRequestDecoder {
  private static final int MOST_CHUNK_BYTES = 64 * 1024;
  private static final Set<String> NOT_IN_TRAILERS =
      Set.of(
          "authorization",
          "cache-control",
          "connection",
          "content-encoding",
          "content-length",
          "content-range",
          "content-type",
          "cookie",
          "expect",
          "forwarded",
          "host",
          "keep-alive",
          "max-forwards",
          "proxy-authorization",
          "proxy-connection",
          "range",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "x-forwarded-for");

  private boolean inHead = true;
  private boolean headStarted;
  private boolean paused;
  private boolean discarding;
  private boolean decoding;
  private boolean again;
  private int wordEnd;
  private boolean underscore;

  H1Decoder(ListenerSettings.Bounds bounds) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(bounds.requestLineBytes())
            .setMaxHeaderSize(bounds.headerBytes())
            .setMaxChunkSize(MOST_CHUNK_BYTES)
            .setInitialBufferSize(512)
            .setStrictLineParsing(true)
            .setUseRfc9112TransferEncoding(true)
            .setAllowDuplicateContentLengths(false));
  }

  /// Decodes on: the body, or the next request.
  void resume(ChannelHandlerContext decoderContext) throws Exception {
    paused = false;
    if (decoding) {
      again = true;
    } else {
      channelRead(decoderContext, Unpooled.EMPTY_BUFFER);
    }
  }

  /// Throws away whatever comes from now on.
  void discard() {
    discarding = true;
  }

  /// Whether bytes wait that are not decoded.
  boolean holdsBytes() {
    return actualReadableBytes() > 0;
  }

  boolean paused() {
    return paused;
  }

  /// Whether a head has begun and is not complete.
  boolean headStarted() {
    return inHead && (headStarted || actualReadableBytes() > 0);
  }

  /// Whether the head just decoded has a name with an underscore, which some take for a hyphen.
  boolean underscore() {
    return underscore;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object input) throws Exception {
    if (discarding) {
      ReferenceCountUtil.release(input);
      return;
    }
    decoding = true;
    try {
      super.channelRead(ctx, input);
      while (again) {
        again = false;
        if (holdsBytes()) {
          super.channelRead(ctx, Unpooled.EMPTY_BUFFER);
        }
      }
    } finally {
      decoding = false;
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    if (paused || discarding) {
      // Netty's would ask for more bytes where nothing was decoded; here it is meant.
      discardSomeReadBytes();
      ctx.fireChannelReadComplete();
    } else {
      super.channelReadComplete(ctx);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out)
      throws Exception {
    if (discarding) {
      buffer.skipBytes(buffer.readableBytes());
    } else if (!paused && buffer.isReadable()) {
      if (inHead) {
        decodeHead(ctx, buffer, out);
      } else {
        decodeBody(ctx, buffer, out);
      }
    }
  }

  private void decodeHead(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out)
      throws Exception {
    int from = buffer.readerIndex();
    int before = out.size();
    if (!headStarted) {
      headStarted = true;
      underscore = false;
      if (!H1Head.isTokenByte(buffer.getByte(from))) {
        fail(buffer, out, before, createInvalidMessage(), "a request does not begin with a method");
        return;
      }
    }
    super.decode(ctx, buffer, out);
    boolean folded = folded(buffer, from);
    if (out.size() == before) {
      if (folded) {
        fail(buffer, out, before, createInvalidMessage(), "a folded header line");
      }
    } else if (out.get(before) instanceof HttpRequest request) {
      if (folded && request.decoderResult().isSuccess()) {
        fail(buffer, out, before, request, "a folded header line");
        return;
      }
      paused = true;
      headStarted = false;
      inHead = out.getLast() instanceof LastHttpContent;
    }
  }

  private void decodeBody(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out)
      throws Exception {
    int from = buffer.readerIndex();
    int before = out.size();
    super.decode(ctx, buffer, out);
    if (out.size() == before) {
      // Nothing but framing or trailers was read: the only place of a body that has lines.
      if (folded(buffer, from)) {
        failBody(buffer, out);
      }
    } else if (out.getLast() instanceof LastHttpContent last) {
      if (!last.trailingHeaders().isEmpty() && folded(buffer, from)) {
        out.removeLast();
        last.release();
        failBody(buffer, out);
        return;
      }
      paused = true;
      inHead = true;
    }
  }

  private void fail(ByteBuf buffer, List<Object> out, int before, HttpMessage message, String why) {
    discarding = true;
    buffer.skipBytes(buffer.readableBytes());
    message.setDecoderResult(DecoderResult.failure(new IllegalArgumentException(why)));
    while (out.size() > before) {
      out.removeLast();
    }
    out.add(message);
  }

  private void failBody(ByteBuf buffer, List<Object> out) {
    discarding = true;
    buffer.skipBytes(buffer.readableBytes());
    HttpContent last = new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
    last.setDecoderResult(
        DecoderResult.failure(new IllegalArgumentException("a folded trailer line")));
    out.add(last);
  }

  /// Whether a line that was read just now begins with whitespace.
  private static boolean folded(ByteBuf buffer, int from) {
    int end = buffer.readerIndex();
    if (from < end && isBlank(buffer.getByte(from))) {
      return true;
    }
    int lf = buffer.indexOf(from, end, (byte) '\n');
    while (lf >= 0 && lf + 1 < end) {
      if (isBlank(buffer.getByte(lf + 1))) {
        return true;
      }
      lf = buffer.indexOf(lf + 1, end, (byte) '\n');
    }
    return false;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  @Override
  protected String splitFirstWordInitialLine(byte[] line, int start, int length) {
    if (start != 0) {
      throw new IllegalArgumentException("whitespace before the method");
    }
    for (int i = 0; i < length; i++) {
      if (!H1Head.isTokenByte(line[i])) {
        throw new IllegalArgumentException("the method is not a token");
      }
    }
    wordEnd = length;
    return super.splitFirstWordInitialLine(line, start, length);
  }

  @Override
  protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
    oneSpaceBefore(line, start);
    for (int i = start; i < start + length; i++) {
      if (line[i] <= ' ' || line[i] == 0x7f) {
        throw new IllegalArgumentException("the target is not visible ASCII");
      }
    }
    wordEnd = start + length;
    return super.splitSecondWordInitialLine(line, start, length);
  }

  @Override
  protected String splitThirdWordInitialLine(byte[] line, int start, int length) {
    oneSpaceBefore(line, start);
    if (line[start] != 'H' || line[start + 1] != 'T' || line[start + 2] != 'T') {
      throw new IllegalArgumentException("the version's name is case-sensitive");
    }
    return super.splitThirdWordInitialLine(line, start, length);
  }

  private void oneSpaceBefore(byte[] line, int start) {
    if (start != wordEnd + 1 || line[wordEnd] != ' ') {
      throw new IllegalArgumentException("not one space between the words of the request line");
    }
  }

  @Override
  protected AsciiString splitHeaderName(byte[] line, int start, int length) {
    for (int i = start; i < start + length; i++) {
      if (line[i] == '_') {
        underscore = true;
        break;
      }
    }
    if (!inHead) {
      String name =
          new String(line, start, length, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
      if (underscore || NOT_IN_TRAILERS.contains(name)) {
        throw new IllegalArgumentException("a trailer that must not be one");
      }
    }
    return super.splitHeaderName(line, start, length);
  }
}
