package io.sallyport.listener;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/// Netty's encoder, told which answers have no body because their request was HEAD.
final class H1Encoder extends HttpResponseEncoder {
  private boolean toHead;

  void answerTo(boolean head) {
    toHead = head;
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpResponse answer) {
    return toHead || super.isContentAlwaysEmpty(answer);
  }
}
