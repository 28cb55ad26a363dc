package io.sallyport.upstream;

import io.sallyport.bundle.Upstream;

/// Hears what happens between the gateway and its backends; telemetry counts it. Called on event
/// loops: must not block, must not throw. Nothing here is called for a request that goes well on a
/// pooled connection.
public interface UpstreamEvents {

  /// A connection stands, TLS included.
  void connected(String upstream, Upstream.Endpoint endpoint, long nanos);

  /// A connection that stood is closed.
  void disconnected(String upstream, Upstream.Endpoint endpoint);

  /// A try failed.
  void failed(String upstream, Upstream.Endpoint endpoint, UpstreamFailure failure);

  /// An endpoint got better or worse.
  ///
  /// @param why what was seen, for people
  void healthChanged(
      String upstream, Upstream.Endpoint endpoint, EndpointStatus.Health health, String why);

  /// Somebody asked for another try.
  void retry(String upstream, RetryAnswer answer);

  /// Nobody listens.
  UpstreamEvents NONE =
      new UpstreamEvents() {
        @Override
        public void connected(String upstream, Upstream.Endpoint endpoint, long nanos) {}

        @Override
        public void disconnected(String upstream, Upstream.Endpoint endpoint) {}

        @Override
        public void failed(String upstream, Upstream.Endpoint endpoint, UpstreamFailure failure) {}

        @Override
        public void healthChanged(
            String upstream,
            Upstream.Endpoint endpoint,
            EndpointStatus.Health health,
            String why) {}

        @Override
        public void retry(String upstream, RetryAnswer answer) {}
      };
}
