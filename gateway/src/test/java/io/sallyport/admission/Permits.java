package io.sallyport.admission;

import io.sallyport.bundle.Route;
import io.sallyport.identity.Caller;
import io.sallyport.limits.Allowance;
import io.sallyport.policy.Decision;
import io.sallyport.routing.RequestTarget;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Permits for tests of what comes after admission. Only this package can make one.
public final class Permits {
  private Permits() {}

  public static Permit of(RequestTarget target, Route route) {
    return of(target, route, Map.of(), Allowance.Granted.UNLIMITED, null);
  }

  public static Permit of(
      RequestTarget target,
      Route route,
      Map<String, String> variables,
      Allowance.Granted allowance,
      @Nullable String identityToken) {
    var considered =
        new Considered(
            target,
            route,
            Caller.ANONYMOUS,
            new Decision.Allowed("anyone"),
            Map.of(),
            Map.of(),
            Map.of());
    return new Permit(
        considered, target, route, Caller.ANONYMOUS, variables, allowance, identityToken);
  }
}
