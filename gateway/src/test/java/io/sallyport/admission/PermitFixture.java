package io.sallyport.admission;

import io.sallyport.bundle.Route;
import io.sallyport.bundle.Upstream;
import io.sallyport.identity.Caller;
import io.sallyport.limits.Allowance;
import io.sallyport.policy.Decision;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Vouching;
import io.sallyport.routing.Query;
import io.sallyport.routing.RequestTarget;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A permit for tests of rooms that need one and do not decide: only this package can make it.
public final class PermitFixture {
  private static final Policy ANYONE =
      new Policy("anyone", new Vouching(List.of(), true), List.of(), List.of(), List.of(), null);

  private PermitFixture() {}

  public static Permit to(Upstream upstream) {
    return to(upstream, Route.Timeouts.DEFAULT, Route.Retry.DEFAULT);
  }

  public static Permit to(Upstream upstream, Route.Timeouts timeouts, Route.Retry retry) {
    var route =
        new Route(
            "route",
            "api.test",
            "/**",
            Set.of(),
            ANYONE,
            List.of(),
            new Route.Forward(upstream, null),
            Route.HeaderEdits.NONE,
            Route.HeaderEdits.NONE,
            timeouts,
            retry,
            1L << 30,
            List.of());
    var target = new RequestTarget("GET", "api.test", "/", Query.NONE);
    return new Permit(
        new Considered(
            target,
            route,
            Caller.ANONYMOUS,
            new Decision.Allowed("rule"),
            Map.of(),
            Map.of(),
            Map.of()),
        target,
        route,
        Caller.ANONYMOUS,
        Map.of(),
        Allowance.Granted.UNLIMITED,
        null);
  }
}
