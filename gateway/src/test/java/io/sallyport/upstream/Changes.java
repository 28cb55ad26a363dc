package io.sallyport.upstream;

import io.sallyport.bundle.Upstream;
import java.util.List;

/// Remembers how endpoints changed.
record Changes(List<String> lines) implements UpstreamEvents {
  @Override
  public void connected(String upstream, Upstream.Endpoint endpoint, long nanos) {}

  @Override
  public void disconnected(String upstream, Upstream.Endpoint endpoint) {}

  @Override
  public void failed(String upstream, Upstream.Endpoint endpoint, UpstreamFailure failure) {}

  @Override
  public void healthChanged(
      String upstream, Upstream.Endpoint endpoint, EndpointStatus.Health health, String why) {
    lines.add(endpoint.address() + ' ' + health);
  }

  @Override
  public void retry(String upstream, RetryAnswer answer) {}
}
