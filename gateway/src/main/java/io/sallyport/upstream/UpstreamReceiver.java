package io.sallyport.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;

/// Hears what a backend answers. Called on the event loop of the stream; after `failed`, or after
/// the call that ends the answer (`end` true, or `trailers`), nothing more comes.
public interface UpstreamReceiver {

  /// An interim answer (1xx, never 101).
  void informational(int status, HttpHeaders headers);

  /// The answer's head. The headers are the receiver's own from now on.
  void head(int status, HttpHeaders headers, boolean end);

  /// A piece of the body; the receiver owns the buffer, and says [UpstreamStream#consumed] when it
  /// has passed it on.
  void data(ByteBuf data, boolean end);

  /// The trailers; they end the answer.
  void trailers(HttpHeaders trailers);

  /// The stream takes more of the request's body again.
  void writable();

  /// The try failed. What was already received stands.
  void failed(UpstreamFailure failure);
}
