package io.sallyport.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.sallyport.wire.HeadFields;

/// Netty's encoder, with a quicker way to write fields.
final class RequestEncoder extends HttpRequestEncoder {
  @Override
  protected void encodeHeaders(HttpHeaders headers, ByteBuf to) {
    HeadFields.write(headers, to);
  }
}
