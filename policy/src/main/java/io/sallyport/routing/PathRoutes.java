package io.sallyport.routing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The routes of one path, told apart by method and by whether a WebSocket is asked for. Immutable.
final class PathRoutes<R> {
  /// An echo would show the caller what the gateway tells the backend only (RFC 9110 §9.3.8).
  private static final String NEVER_FORWARDED = "TRACE";

  /// What `Allow` says where every method is allowed.
  private static final Set<String> USUAL =
      Set.of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT");

  /// Apart from the others, of which there are seldom any: a lookup among many routes should touch
  /// little memory.
  private final Target<R> first;

  private final List<Target<R>> others;
  private final boolean hasWebSocket;
  private final Set<String> allowed;

  private PathRoutes(List<Target<R>> targets) {
    this.first = targets.getFirst();
    this.others = List.copyOf(targets.subList(1, targets.size()));
    Set<String> known = new TreeSet<>();
    targets.forEach(target -> known.addAll(target.methods.isEmpty() ? USUAL : target.methods));
    this.hasWebSocket = known.remove(RouteTable.WEB_SOCKET);
    if (hasWebSocket) {
      known.add("GET");
    }
    this.allowed = Collections.unmodifiableSet(known);
  }

  RouteMatch<R> select(String method, String path, boolean webSocket) {
    boolean upgradable = hasWebSocket && method.equals("GET");
    Target<R> target =
        webSocket && upgradable
            ? target(RouteTable.WEB_SOCKET)
            // It is a word of ours: whoever calls a method so does not mean it.
            : method.equals(RouteTable.WEB_SOCKET) ? null : target(method);
    if (target == null && upgradable) {
      return new RouteMatch.UpgradeRequired<>();
    }
    return target == null || method.equals(NEVER_FORWARDED)
        ? new RouteMatch.MethodNotAllowed<>(allowed)
        : new RouteMatch.Found<>(target.route, target.variables(path));
  }

  private @Nullable Target<R> target(String method) {
    if (first.takes(method)) {
      return first;
    }
    for (Target<R> other : others) {
      if (other.takes(method)) {
        return other;
      }
    }
    return null;
  }

  /// A route, and where in a path its variables stand.
  ///
  /// @param methods empty: every method
  /// @param names name of each segment's variable; empty text for a literal
  private record Target<R>(
      R route, List<String> methods, List<String> names, boolean hasVariables) {

    static <R> Target<R> of(RouteTable.Entry<R> entry, Shared shared) {
      List<String> names =
          RoutePattern.segments(entry.path()).stream()
              .map(
                  segment ->
                      switch (segment) {
                        case RoutePattern.Segment.Literal _ -> "";
                        case RoutePattern.Segment.Variable(String name) -> name;
                        case RoutePattern.Segment.Rest _ -> "**";
                      })
              .toList();
      return new Target<>(
          entry.route(),
          shared.list(entry.methods().stream().sorted().toList()),
          shared.list(names),
          names.stream().anyMatch(name -> !name.isEmpty()));
    }

    boolean takes(String method) {
      return methods.isEmpty() ? !method.equals(RouteTable.WEB_SOCKET) : methods.contains(method);
    }

    Map<String, String> variables(String path) {
      if (!hasVariables) {
        return Map.of();
      }
      Map<String, String> variables = HashMap.newHashMap(names.size());
      int start = 1;
      for (String name : names) {
        // `/a/**` matches `/a`, which has no segment where the remainder would be.
        int from = Math.min(start, path.length());
        if (name.equals("**")) {
          variables.put(name, path.substring(from));
          break;
        }
        int slash = path.indexOf('/', from);
        int to = slash < 0 ? path.length() : slash;
        if (!name.isEmpty()) {
          variables.put(name, path.substring(from, to));
        }
        start = to + 1;
      }
      return variables;
    }
  }

  /// Collects the routes of one path and notices those that both match a method.
  static final class Builder<R> {
    private static final String EVERY = "every method";

    private final List<RouteTable.Entry<R>> entries = new ArrayList<>();
    private final Map<String, RouteTable.Entry<R>> claims = new TreeMap<>();

    void add(RouteTable.Entry<R> entry, List<RouteTable.Conflict> conflicts) {
      entries.add(entry);
      Set<String> methods =
          entry.methods().isEmpty() ? Set.of(EVERY) : new TreeSet<>(entry.methods());
      Map<String, String> rivals = new LinkedHashMap<>();
      for (String method : methods) {
        claims.forEach(
            (claimed, rival) -> {
              if (claimed.equals(method) || (method.equals(EVERY) && isMethod(claimed))) {
                rivals.putIfAbsent(rival.id(), claimed);
              } else if (claimed.equals(EVERY) && isMethod(method)) {
                rivals.putIfAbsent(rival.id(), method);
              }
            });
      }
      rivals.forEach(
          (rival, method) ->
              conflicts.add(
                  new RouteTable.Conflict(
                      rival,
                      entry.id(),
                      "both match %s of %s%s".formatted(method, entry.host(), entry.path()))));
      methods.forEach(method -> claims.putIfAbsent(method, entry));
    }

    private static boolean isMethod(String claimed) {
      return !claimed.equals(RouteTable.WEB_SOCKET);
    }

    PathRoutes<R> build(Shared shared) {
      return new PathRoutes<>(entries.stream().map(entry -> Target.of(entry, shared)).toList());
    }
  }

  /// Lists that many routes of a table have alike, each of them once: it stays in the processor's
  /// cache whichever route is asked for.
  static final class Shared {
    private final Map<List<String>, List<String>> lists = new HashMap<>();

    private List<String> list(List<String> list) {
      return lists.computeIfAbsent(list, same -> same);
    }
  }
}
