package io.sallyport.routing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The paths of one host, a node per segment. Immutable.
///
/// A search goes down the literal child first and comes back for the `{name}` child when that did
/// not lead to a route: depth first in this order is the order of rank, so the first route found is
/// the most specific one. Coming back could make a search visit many nodes; how many at most is
/// computed when the trie is built ([#mostSteps]), and a trie that needs too many is refused there.
/// No path that a client sends can cost more.
final class PathTrie<R> {
  private final NameTable<PathTrie<R>> literals;
  private final @Nullable PathTrie<R> variable;
  private final @Nullable PathRoutes<R> here;
  private final @Nullable PathRoutes<R> rest;
  private final int mostSteps;

  private PathTrie(
      Map<String, PathTrie<R>> literals,
      @Nullable PathTrie<R> variable,
      @Nullable PathRoutes<R> here,
      @Nullable PathRoutes<R> rest) {
    this.literals = new NameTable<>(literals);
    this.variable = variable;
    this.here = here;
    this.rest = rest;
    int below = literals.values().stream().mapToInt(trie -> trie.mostSteps).max().orElse(0);
    this.mostSteps = (int) Math.min(Integer.MAX_VALUE, 1L + below + stepsOf(variable));
  }

  private static int stepsOf(@Nullable PathTrie<?> trie) {
    return trie == null ? 0 : trie.mostSteps;
  }

  /// Nodes that the most expensive search visits: whatever the segment, one literal child and the
  /// `{name}` child may both have to be searched.
  int mostSteps() {
    return mostSteps;
  }

  /// The routes of the most specific path that matches; null when none does.
  @Nullable PathRoutes<R> find(String path) {
    return find(path, 1);
  }

  /// @param from where the next segment starts; beyond the path's end when there is none
  private @Nullable PathRoutes<R> find(String path, int from) {
    if (from > path.length()) {
      return here == null ? rest : here;
    }
    int slash = path.indexOf('/', from);
    int to = slash < 0 ? path.length() : slash;
    PathTrie<R> literal = literals.get(path, from, to);
    PathRoutes<R> found = literal == null ? null : literal.find(path, to + 1);
    if (found == null && variable != null && to > from) {
      found = variable.find(path, to + 1);
    }
    return found == null ? rest : found;
  }

  /// A trie while routes are added.
  static final class Builder<R> {
    private final Map<String, Builder<R>> literals = new HashMap<>();
    private @Nullable Builder<R> variable;
    private PathRoutes.@Nullable Builder<R> here;
    private PathRoutes.@Nullable Builder<R> rest;
    private String firstId = "";

    void add(RouteTable.Entry<R> entry, List<RouteTable.Conflict> conflicts) {
      Builder<R> node = this;
      node.claim(entry);
      for (RoutePattern.Segment segment : RoutePattern.segments(entry.path())) {
        switch (segment) {
          case RoutePattern.Segment.Literal(String text) ->
              node = node.literals.computeIfAbsent(text, _ -> new Builder<>());
          case RoutePattern.Segment.Variable _ -> {
            if (node.variable == null) {
              node.variable = new Builder<>();
            }
            node = node.variable;
          }
          case RoutePattern.Segment.Rest _ -> {
            if (node.rest == null) {
              node.rest = new PathRoutes.Builder<>();
            }
            node.rest.add(entry, conflicts);
            return;
          }
        }
        node.claim(entry);
      }
      if (node.here == null) {
        node.here = new PathRoutes.Builder<>();
      }
      node.here.add(entry, conflicts);
    }

    private void claim(RouteTable.Entry<R> entry) {
      if (firstId.isEmpty()) {
        firstId = entry.id();
      }
    }

    PathTrie<R> build(PathRoutes.Shared shared, List<RouteTable.Conflict> conflicts) {
      PathTrie<R> trie = freeze(shared);
      if (trie.mostSteps > RouteTable.MOST_STEPS) {
        conflicts.add(fork().orElseThrow());
      }
      return trie;
    }

    /// Names two routes of the first fork, for the person who wrote too many of them.
    private Optional<RouteTable.Conflict> fork() {
      if (variable != null && !literals.isEmpty()) {
        Builder<R> literal = literals.values().iterator().next();
        return Optional.of(
            new RouteTable.Conflict(
                literal.firstId,
                variable.firstId,
                "too many paths with '{name}' beside literals: a lookup could take more than "
                    + RouteTable.MOST_STEPS
                    + " steps"));
      }
      return Stream.concat(literals.values().stream(), Stream.ofNullable(variable))
          .flatMap(child -> child.fork().stream())
          .findFirst();
    }

    private PathTrie<R> freeze(PathRoutes.Shared shared) {
      Map<String, PathTrie<R>> children = HashMap.newHashMap(literals.size());
      literals.forEach((text, child) -> children.put(text, child.freeze(shared)));
      return new PathTrie<>(
          children,
          variable == null ? null : variable.freeze(shared),
          here == null ? null : here.build(shared),
          rest == null ? null : rest.build(shared));
    }
  }
}
