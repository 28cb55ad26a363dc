package io.sallyport.policy;

import io.sallyport.identity.Caller;
import io.sallyport.routing.RequestTarget;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Map;

/// The question that a policy answers: may this caller do this to that target, from there, now?
///
/// A view: it may read straight from the wire's buffers and is valid for one decision on one
/// thread.
public interface AccessRequest {

  Caller caller();

  RequestTarget target();

  HeaderFields headers();

  /// Where the request came from, after trusted proxies were believed.
  InetAddress source();

  /// The port that it came from; 0 when that is not known, as behind a proxy.
  int port();

  /// Bytes of its body as announced; 0 when it has none, -1 when the length is not known
  /// beforehand.
  long bodySize();

  /// The connection that it came on.
  Tls tls();

  /// When the request's head had arrived.
  Instant time();

  /// The id of the route that the target belongs to.
  String route();

  /// What the route's `{name}` segments matched.
  Map<String, String> variables();
}
