package io.sallyport.loadtest.generator;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The bytes of a target's HTTP/1.1 request, made once. Only a token differs from one to the next.
final class RequestBytes {
  private static final byte[] AUTHORIZATION =
      "authorization: Bearer ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LINE_END = {'\r', '\n'};

  private final byte[] head;

  RequestBytes(Target target) {
    StringBuilder text = new StringBuilder("GET ").append(target.path()).append(" HTTP/1.1\r\n");
    text.append("host: ").append(target.serverName()).append("\r\n");
    target
        .headers()
        .forEach(h -> text.append(h.name()).append(": ").append(h.value()).append("\r\n"));
    head = text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  void write(ByteBuf out, byte @Nullable [] token) {
    out.writeBytes(head);
    if (token != null) {
      out.writeBytes(AUTHORIZATION).writeBytes(token).writeBytes(LINE_END);
    }
    out.writeBytes(LINE_END);
  }
}
