package io.sallyport.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;

/// One request on its way to one endpoint: the other side of an exchange. HTTP/1.1 today; HTTP/2
/// fits the same words. Used on its event loop only. Nothing throws: what goes wrong is told to the
/// receiver, never inside a call of these methods.
public interface UpstreamStream {

  /// Sends the request's head. Writes before the connection stands are kept (the head and a bounded
  /// part of the body).
  ///
  /// @param target origin-form
  void head(String method, String target, HttpHeaders headers, boolean end);

  /// Sends a piece of the request's body; takes the buffer.
  void data(ByteBuf data, boolean end);

  /// Sends trailers; they end the request.
  void trailers(HttpHeaders trailers);

  /// Whether more of the request's body is welcome now. False until the connection stands; then the
  /// receiver hears `writable`. Whoever reads the body only when this is true has consumed nothing
  /// of it when the connection cannot be made.
  boolean writable();

  /// The receiver has passed on this many bytes of the answer: as many may be read again.
  void consumed(int bytes);

  /// Gives the try up; nothing more comes. Idempotent. The connection is not used again unless the
  /// exchange on it was complete.
  void cancel();
}
