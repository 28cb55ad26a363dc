package io.sallyport.routing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the route of a target in time that does not depend on how many routes there are.
///
/// The most specific host is chosen first (exact before wildcard), then that host's most specific
/// path (per segment literal before `{name}` before `**`), then method and upgrade among the routes
/// of that very path. There is no way back from a later choice to an earlier one: what an exact
/// host does not serve, its wildcard does not serve either, and a method that the path does not
/// know is not looked for at a less specific path. GET does not bring HEAD with it.
public final class RouteTable<R> {

  /// Most trie nodes that one lookup may have to visit; what would need more is refused at load.
  static final int MOST_STEPS = 1024;

  /// Stands among the methods of a route that is for WebSockets, and is then the only one. No
  /// method in a bundle is in lower case.
  public static final String WEB_SOCKET = "websocket";

  private final NameTable<PathTrie<R>> hosts;
  private final NameTable<PathTrie<R>> wildcards;

  private RouteTable(NameTable<PathTrie<R>> hosts, NameTable<PathTrie<R>> wildcards) {
    this.hosts = hosts;
    this.wildcards = wildcards;
  }

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

  /// Two routes that cannot both be in a table.
  ///
  /// @param first id of the route that was listed earlier
  /// @param why what both would match
  public record Conflict(String first, String second, String why) {}

  /// Builds a table of routes whose patterns [RoutePattern#check] found well formed.
  ///
  /// @throws IllegalArgumentException when a pattern is not well formed
  public static <R> Build<R> build(List<Entry<R>> entries) {
    Map<String, PathTrie.Builder<R>> hosts = new HashMap<>();
    Map<String, PathTrie.Builder<R>> wildcards = new HashMap<>();
    List<Conflict> conflicts = new ArrayList<>();
    for (Entry<R> entry : entries) {
      List<String> problems = RoutePattern.check(entry.host(), entry.path());
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(entry.id() + ": " + problems.getFirst());
      }
      PathTrie.Builder<R> trie =
          entry.host().startsWith("*.")
              ? wildcards.computeIfAbsent(entry.host().substring(2), _ -> new PathTrie.Builder<>())
              : hosts.computeIfAbsent(entry.host(), _ -> new PathTrie.Builder<>());
      trie.add(entry, conflicts);
    }
    var shared = new PathRoutes.Shared();
    RouteTable<R> table =
        new RouteTable<>(frozen(hosts, shared, conflicts), frozen(wildcards, shared, conflicts));
    return conflicts.isEmpty() ? new Built<>(table) : new Conflicting<>(conflicts);
  }

  private static <R> NameTable<PathTrie<R>> frozen(
      Map<String, PathTrie.Builder<R>> builders,
      PathRoutes.Shared shared,
      List<Conflict> conflicts) {
    Map<String, PathTrie<R>> tries = HashMap.newHashMap(builders.size());
    builders.forEach((host, builder) -> tries.put(host, builder.build(shared, conflicts)));
    return new NameTable<>(tries);
  }

  /// The route of this target. Pure, lock-free; allocates the answer, and variables where the path
  /// has any.
  ///
  /// @param webSocket whether the request asks for a WebSocket. A path that has no route for them
  ///   does not hear of it (RFC 9110 §7.8)
  public RouteMatch<R> lookup(RequestTarget target, boolean webSocket) {
    PathTrie<R> trie = trie(target.host());
    if (trie == null) {
      return new RouteMatch.UnknownHost<>();
    }
    PathRoutes<R> routes = trie.find(target.path());
    return routes == null
        ? new RouteMatch.NoRoute<>()
        : routes.select(target.method(), target.path(), webSocket);
  }

  /// Whether a route of the table is for this host (lower case, without port).
  public boolean knows(String host) {
    return trie(host) != null;
  }

  /// Trie nodes that the most expensive lookup visits.
  int mostSteps() {
    int most = 0;
    for (PathTrie<R> trie : hosts.values()) {
      most = Math.max(most, trie.mostSteps());
    }
    for (PathTrie<R> trie : wildcards.values()) {
      most = Math.max(most, trie.mostSteps());
    }
    return most;
  }

  private @Nullable PathTrie<R> trie(String host) {
    PathTrie<R> exact = hosts.get(host, 0, host.length());
    if (exact != null) {
      return exact;
    }
    int dot = host.indexOf('.');
    return dot < 1 ? null : wildcards.get(host, dot + 1, host.length());
  }
}
