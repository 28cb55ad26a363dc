package io.sallyport.listener;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.sallyport.wire.HeadFields;

/// Netty's encoder, told which answers have no body because their request was HEAD, and with a
/// quicker way to write fields.
final class H1Encoder extends HttpResponseEncoder {
  private boolean toHead;

  void answerTo(boolean head) {
    toHead = head;
  }

  @Override
  protected void encodeHeaders(HttpHeaders headers, ByteBuf to) {
    HeadFields.write(headers, to);
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpResponse answer) {
    return toHead || super.isContentAlwaysEmpty(answer);
  }
}
