package io.sallyport.upstream;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.sallyport.admission.Permit;
import io.sallyport.bundle.Route;
import io.sallyport.bundle.Upstream;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.TrustManagerFactory;

/// All backends: which endpoint a request goes to, the connections to it, and how well it is.
public final class Upstreams implements AutoCloseable {

  /// @param ownZone the zone that this replica runs in; empty when it is in none
  /// @param trust the trust store of a name; throws IllegalArgumentException for an unknown one
  public Upstreams(
      EventLoopGroup loops,
      Class<? extends SocketChannel> channel,
      String ownZone,
      Function<String, TrustManagerFactory> trust,
      UpstreamEvents events) {}

  /// Makes these the upstreams. Health, ejections and connections of endpoints that stay survive.
  /// All or nothing.
  public void install(Collection<Upstream> definitions) {}

  /// Where a request goes. The first choice for a request (`tried` empty) counts it for the retry
  /// budget.
  public Choice choose(Permit permit, Set<Upstream.Endpoint> tried) {
    return new Choice.None("not built yet");
  }

  /// A stream to the endpoint. Called on `loop`. The receiver is never called inside a call of the
  /// stream's methods.
  public UpstreamStream open(
      Permit permit, Upstream.Endpoint endpoint, EventLoop loop, UpstreamReceiver receiver) {
    return List.<UpstreamStream>of().getFirst();
  }

  /// Whether another try is made after a failure. Whether it is *safe* (nothing sent, or idempotent
  /// with a body that was not consumed) the caller has already seen. A yes is charged.
  ///
  /// @param triesMade tries so far, at least 1
  public RetryAnswer retry(Permit permit, UpstreamFailure failure, int triesMade) {
    return RetryAnswer.BUDGET_SPENT;
  }

  /// The same for an answer that the route wants tried again.
  public RetryAnswer retry(Permit permit, Route.Retry.On on, int triesMade) {
    return RetryAnswer.BUDGET_SPENT;
  }

  /// How every installed endpoint is.
  public List<EndpointStatus> endpoints() {
    return List.of();
  }

  /// Closes idle connections now and busy ones when their exchange ends; takes nothing new.
  /// Idempotent.
  @Override
  public void close() {}
}
