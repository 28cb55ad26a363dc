package io.sallyport.edge;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.sallyport.policy.Reason;

/// Hears the rest of a request, and what becomes of its answer. Called on the exchange's event
/// loop.
public interface RequestReceiver {

  /// A piece of the body; the receiver owns the buffer, and says [Exchange#consumed] when it has
  /// passed it on.
  void data(ByteBuf data, boolean end);

  /// The trailers; they end the request.
  void trailers(HttpHeaders trailers);

  /// The body is larger than this exchange accepts, or malformed, or did not come in time. Nothing
  /// more of it comes.
  void broken(Reason reason, String detail);

  /// The client takes more of the answer again.
  void writable();

  /// The client is gone: nothing can be answered any more. Nothing else is told after this, nor
  /// after `finished`.
  void aborted();

  /// The last byte of the answer was handed to the socket.
  void finished();
}
