package io.sallyport.bundle;

import io.sallyport.policy.Reason;
import io.sallyport.policy.Vouching;
import io.sallyport.routing.RequestTarget;
import io.sallyport.routing.RouteMatch;
import io.sallyport.routing.TargetReading;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where a target leads under a bundle, and who may vouch for the caller there: the first three
/// questions of every request (where to, which host, which route). The bundle's own tests and
/// `explain` ask here; admission asks the same in the same order, with waiting in between.
public sealed interface Directions {

  /// It belongs to a route; its policy says who may vouch.
  ///
  /// @param variables what the path's `{name}` segments and `**` matched
  record ToRoute(Route route, RequestTarget target, Map<String, String> variables)
      implements Directions {
    public Vouching vouching() {
      return route.policy().authenticate();
    }
  }

  /// It leads nowhere, which only a proven caller hears; everyone else is told 401.
  ///
  /// @param reason `NO_ROUTE`, `METHOD_NOT_ALLOWED` or `UPGRADE_REQUIRED`
  /// @param allowed the path's methods, for the `Allow` field; empty when there is no route
  /// @param identities every identity of the bundle: any of them may vouch; when there is none,
  ///   nobody can prove anything
  record DeadEnd(Reason reason, RequestTarget target, Set<String> allowed, List<String> identities)
      implements Directions {
    public DeadEnd {
      allowed = Set.copyOf(allowed);
      identities = List.copyOf(identities);
    }
  }

  /// It is refused before anybody is asked who they are.
  ///
  /// @param reason `AMBIGUOUS_TARGET` or `UNKNOWN_HOST`
  /// @param why for logs and audit, never for the caller
  record Refused(Reason reason, String why) implements Directions {}

  /// Pure; the cost of one table lookup.
  ///
  /// @param webSocket whether the request asks for a WebSocket
  static Directions of(TargetReading reading, boolean webSocket, Bundle bundle) {
    return switch (reading) {
      case TargetReading.Ambiguous(String why) -> new Refused(Reason.AMBIGUOUS_TARGET, why);
      case RequestTarget target -> of(target, webSocket, bundle);
    };
  }

  private static Directions of(RequestTarget target, boolean webSocket, Bundle bundle) {
    return switch (bundle.routes().lookup(target, webSocket)) {
      case RouteMatch.Found<Route>(Route route, Map<String, String> variables) ->
          new ToRoute(route, target, variables);
      case RouteMatch.MethodNotAllowed<Route>(Set<String> allowed) ->
          deadEnd(Reason.METHOD_NOT_ALLOWED, target, allowed, bundle);
      case RouteMatch.UpgradeRequired<Route> _ ->
          deadEnd(Reason.UPGRADE_REQUIRED, target, Set.of(), bundle);
      case RouteMatch.NoRoute<Route> _ -> deadEnd(Reason.NO_ROUTE, target, Set.of(), bundle);
      case RouteMatch.UnknownHost<Route> _ ->
          new Refused(Reason.UNKNOWN_HOST, "no route is for host '" + target.host() + "'");
    };
  }

  private static Directions deadEnd(
      Reason reason, RequestTarget target, Set<String> allowed, Bundle bundle) {
    return new DeadEnd(reason, target, allowed, List.copyOf(bundle.identities().keySet()));
  }
}
