package io.sallyport.routing;

import java.util.List;
import java.util.Set;

/// Finds the route of a target in time that does not depend on how many routes there are.
public final class RouteTable<R> {

  /// A route to put in the table; `methods` empty means every method.
  public record Entry<R>(String id, String host, String path, Set<String> methods, R route) {
    public Entry {
      methods = Set.copyOf(methods);
    }
  }

  /// What came of building a table.
  public sealed interface Build<R> {}

  public record Built<R>(RouteTable<R> table) implements Build<R> {}

  public record Conflicting<R>(List<Conflict> conflicts) implements Build<R> {
    public Conflicting {
      conflicts = List.copyOf(conflicts);
    }
  }

  /// Two routes that could both match with equal rank.
  ///
  /// @param first id of the route that was listed earlier
  /// @param why what both would match
  public record Conflict(String first, String second, String why) {}

  /// Builds a table of routes whose patterns [RoutePattern#check] found well formed.
  ///
  /// @throws IllegalArgumentException when a pattern is not well formed
  public static <R> Build<R> build(List<Entry<R>> entries) {
    if (entries.isEmpty()) {
      return new Built<>(new RouteTable<>());
    }
    throw new UnsupportedOperationException("not landed yet: " + entries.size());
  }

  /// The route of this target. Pure, lock-free, allocates only the variables.
  public RouteMatch<R> lookup(RequestTarget target) {
    return new RouteMatch.UnknownHost<>();
  }

  /// Whether a route of the table is for this host (lower case, without port).
  public boolean knows(String host) {
    return !host.isEmpty() && Set.of().contains(host);
  }
}
