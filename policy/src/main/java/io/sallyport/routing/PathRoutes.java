package io.sallyport.routing;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The routes of one path, told apart by method. Immutable.
final class PathRoutes<R> {
  /// An echo would show the caller what the gateway tells the backend only (RFC 9110 §9.3.8).
  private static final String NEVER_FORWARDED = "TRACE";

  /// What `Allow` says where every method is allowed.
  private static final Set<String> USUAL =
      Set.of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT");

  /// Few, so they are gone through; each with the one text of its method that the process has,
  /// which is most often what is asked for: a lookup among many routes should touch little memory.
  private final List<Method<R>> methods;

  private final @Nullable Target<R> anyMethod;
  private final Set<String> allowed;

  private PathRoutes(Map<String, Target<R>> byMethod, @Nullable Target<R> anyMethod) {
    this.methods =
        byMethod.entrySet().stream()
            .map(entry -> new Method<>(entry.getKey().intern(), entry.getValue()))
            .toList();
    this.anyMethod = anyMethod;
    Set<String> known = new TreeSet<>(byMethod.keySet());
    if (anyMethod != null) {
      known.addAll(USUAL);
    }
    this.allowed = Collections.unmodifiableSet(known);
  }

  RouteMatch<R> select(String method, String path) {
    Target<R> target = anyMethod;
    for (Method<R> known : methods) {
      if (known.name.equals(method)) {
        target = known.target;
        break;
      }
    }
    return target == null || method.equals(NEVER_FORWARDED)
        ? new RouteMatch.MethodNotAllowed<>(allowed)
        : new RouteMatch.Found<>(target.route, target.variables(path));
  }

  private record Method<R>(String name, Target<R> target) {}

  /// A route, and where in a path its variables stand.
  ///
  /// @param names name of each segment's variable; empty text for a literal
  private record Target<R>(R route, List<String> names, boolean hasVariables) {

    static <R> Target<R> of(RouteTable.Entry<R> entry) {
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
      return new Target<>(entry.route(), names, names.stream().anyMatch(name -> !name.isEmpty()));
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

    private final Map<String, RouteTable.Entry<R>> claims = new TreeMap<>();

    void add(RouteTable.Entry<R> entry, List<RouteTable.Conflict> conflicts) {
      Set<String> methods =
          entry.methods().isEmpty() ? Set.of(EVERY) : new TreeSet<>(entry.methods());
      Map<String, String> rivals = new LinkedHashMap<>();
      for (String method : methods) {
        claims.forEach(
            (claimed, rival) -> {
              if (claimed.equals(method) || method.equals(EVERY)) {
                rivals.putIfAbsent(rival.id(), claimed);
              } else if (claimed.equals(EVERY)) {
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

    PathRoutes<R> build() {
      Map<String, Target<R>> targets = HashMap.newHashMap(claims.size());
      claims.forEach((method, entry) -> targets.put(method, Target.of(entry)));
      Target<R> anyMethod = targets.remove(EVERY);
      return new PathRoutes<>(targets, anyMethod);
    }
  }
}
