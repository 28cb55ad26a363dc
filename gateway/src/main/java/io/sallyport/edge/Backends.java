package io.sallyport.edge;

import io.netty.channel.EventLoop;
import io.sallyport.admission.Permit;
import io.sallyport.bundle.Route;
import io.sallyport.bundle.Upstream;
import io.sallyport.upstream.Choice;
import io.sallyport.upstream.RetryAnswer;
import io.sallyport.upstream.UpstreamFailure;
import io.sallyport.upstream.UpstreamReceiver;
import io.sallyport.upstream.UpstreamStream;
import io.sallyport.upstream.Upstreams;
import java.util.Set;

/// What the express lane asks of [Upstreams], so that a test can script the answers.
interface Backends {

  Choice choose(Permit permit, Set<Upstream.Endpoint> tried);

  UpstreamStream open(
      Permit permit, Upstream.Endpoint endpoint, EventLoop loop, UpstreamReceiver receiver);

  RetryAnswer retry(Permit permit, UpstreamFailure failure, int triesMade);

  RetryAnswer retry(Permit permit, Route.Retry.On on, int triesMade);

  /// The real ones.
  record Real(Upstreams upstreams) implements Backends {
    @Override
    public Choice choose(Permit permit, Set<Upstream.Endpoint> tried) {
      return upstreams.choose(permit, tried);
    }

    @Override
    public UpstreamStream open(
        Permit permit, Upstream.Endpoint endpoint, EventLoop loop, UpstreamReceiver receiver) {
      return upstreams.open(permit, endpoint, loop, receiver);
    }

    @Override
    public RetryAnswer retry(Permit permit, UpstreamFailure failure, int triesMade) {
      return upstreams.retry(permit, failure, triesMade);
    }

    @Override
    public RetryAnswer retry(Permit permit, Route.Retry.On on, int triesMade) {
      return upstreams.retry(permit, on, triesMade);
    }
  }
}
