package io.sallyport.routing;

import java.util.List;
import java.util.Set;

/// The host and path that a route is for, as written: `api.example.com` or `*.example.com`, and
/// `/orders/{id}/**`.
public final class RoutePattern {
  private RoutePattern() {}

  /// What is wrong with this pattern's own syntax, each one sentence; empty when it is well formed.
  public static List<String> check(String host, String path) {
    return List.of("not supported yet: " + host + path);
  }

  /// The names of a well-formed path's variables; `**` among them when it ends with it.
  public static Set<String> variables(String path) {
    return Set.of(path);
  }
}
