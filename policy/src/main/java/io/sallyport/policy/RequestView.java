package io.sallyport.policy;

import io.sallyport.identity.Caller;
import io.sallyport.routing.RequestTarget;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Map;

/// A request asked in another light: all as it is, but for what a subclass says otherwise.
public abstract class RequestView implements AccessRequest {
  private final AccessRequest request;

  protected RequestView(AccessRequest request) {
    this.request = request;
  }

  @Override
  public Caller caller() {
    return request.caller();
  }

  @Override
  public RequestTarget target() {
    return request.target();
  }

  @Override
  public HeaderFields headers() {
    return request.headers();
  }

  @Override
  public InetAddress source() {
    return request.source();
  }

  @Override
  public int port() {
    return request.port();
  }

  @Override
  public long bodySize() {
    return request.bodySize();
  }

  @Override
  public Tls tls() {
    return request.tls();
  }

  @Override
  public Instant time() {
    return request.time();
  }

  @Override
  public String route() {
    return request.route();
  }

  @Override
  public Map<String, String> variables() {
    return request.variables();
  }
}
