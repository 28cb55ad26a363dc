package io.sallyport.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.sallyport.admission.Inbound;

/// One request and its answer on a client's connection. HTTP/1.1 and HTTP/2 implement it; the edge
/// knows no codec. Used on its event loop only. Nothing throws: what goes wrong is told to the
/// receiver as `aborted`.
public interface Exchange {

  EventLoop eventLoop();

  /// The head as admission sees it.
  Inbound inbound();

  /// The request's own header fields; the edge may change them once admission is over.
  HttpHeaders requestHeaders();

  /// Whether the request has a body to come, or trailers.
  boolean hasBody();

  /// `HTTP/1.1` or `HTTP/2`, for `Via` and audit.
  String protocol();

  /// Who is at the other end of the connection.
  Peer peer();

  /// Who hears the rest of this exchange. Called once, before anything else is asked; from now on
  /// `aborted` may come at any time (inside this call, when the client has already gone). No body
  /// is read yet.
  void receive(RequestReceiver receiver);

  /// The body may be read from now on. Called at most once; never when the answer needs no body: an
  /// exchange whose answer ends before its body was read sees to the rest itself.
  ///
  /// @param maxBody bytes of body accepted; more is told as `broken`
  void readBody(long maxBody);

  /// The receiver has passed on this many bytes of the request's body: as many may be read again.
  void consumed(int bytes);

  /// Sends an interim answer (1xx).
  void informational(int status, HttpHeaders headers);

  /// Sends the answer's head. The exchange frames the body (Content-Length as given, else chunked
  /// or DATA frames).
  ///
  /// After 101, which only a request that asked for a WebSocket is answered, bytes go both ways as
  /// they are: the client's come as the request's body without being asked for, and `end` closes
  /// the connection.
  void head(int status, HttpHeaders headers, boolean end);

  /// Sends a piece of the answer's body; takes the buffer.
  void data(ByteBuf data, boolean end);

  /// Sends trailers; they end the answer.
  void trailers(HttpHeaders trailers);

  /// Whether the client takes more of the answer now.
  boolean writable();

  /// Ends the exchange where no answer can be given any more: resets the stream, or closes the
  /// connection. Idempotent; the receiver hears nothing more.
  void abort();
}
