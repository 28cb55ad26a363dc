package io.sallyport.edge;

import io.netty.channel.EventLoop;
import io.sallyport.admission.Admission;
import io.sallyport.admission.Permit;
import io.sallyport.admission.Ruleset;
import io.sallyport.audit.AuditLog;
import io.sallyport.bundle.Route;
import io.sallyport.bundle.Upstream;
import io.sallyport.telemetry.RequestMeters;
import io.sallyport.upstream.Choice;
import io.sallyport.upstream.EmbeddedBackend;
import io.sallyport.upstream.RetryAnswer;
import io.sallyport.upstream.UpstreamFailure;
import io.sallyport.upstream.UpstreamReceiver;
import io.sallyport.upstream.UpstreamStream;
import io.sallyport.upstream.Upstreams;
import java.util.Set;

/// An edge whose streams go to a backend without a network; everything else of it is the real one.
public final class EmbeddedEdge {
  private EmbeddedEdge() {}

  public static ExchangeHandler of(
      Ruleset rules,
      Admission admission,
      Upstreams upstreams,
      EmbeddedBackend backend,
      AuditLog audit,
      RequestMeters meters) {
    return new Edge(
        () -> rules,
        admission::admit,
        new ToEmbedded(new Backends.Real(upstreams), backend),
        audit,
        meters,
        EdgeSettings.DEFAULT,
        _ -> NoFilters.LANE);
  }

  /// The lane of routes that list filters, where there are none.
  static final class NoFilters {
    static final Lane<Route.Forward> LANE =
        (_, _) -> {
          throw new IllegalStateException("no route here lists filters");
        };

    private NoFilters() {}
  }

  private record ToEmbedded(Backends real, EmbeddedBackend backend) implements Backends {
    @Override
    public Choice choose(Permit permit, Set<Upstream.Endpoint> tried) {
      return real.choose(permit, tried);
    }

    @Override
    public UpstreamStream open(
        Permit permit, Upstream.Endpoint endpoint, EventLoop loop, UpstreamReceiver receiver) {
      return backend.open(permit, endpoint, loop, receiver);
    }

    @Override
    public RetryAnswer retry(Permit permit, UpstreamFailure failure, int triesMade) {
      return real.retry(permit, failure, triesMade);
    }

    @Override
    public RetryAnswer retry(Permit permit, Route.Retry.On on, int triesMade) {
      return real.retry(permit, on, triesMade);
    }
  }
}
