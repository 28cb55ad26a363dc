package io.sallyport.routing;

import java.util.Map;
import java.util.Set;

/// What the route table knows about a target. `R` is what a route is to its owner.
public sealed interface RouteMatch<R> {

  /// The one route of this target.
  ///
  /// @param variables what `{name}` segments matched, and under `**` the remainder without its
  ///   leading slash
  record Found<R>(R route, Map<String, String> variables) implements RouteMatch<R> {}

  /// The path is known, the method is not.
  record MethodNotAllowed<R>(Set<String> allowed) implements RouteMatch<R> {}

  /// The path and the method are known, for WebSockets only (RFC 9110 §15.5.22).
  record UpgradeRequired<R>() implements RouteMatch<R> {}

  /// The host is known, the path is not.
  record NoRoute<R>() implements RouteMatch<R> {}

  /// No route of the bundle is for this host.
  record UnknownHost<R>() implements RouteMatch<R> {}
}
