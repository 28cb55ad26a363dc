package io.sallyport.routing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// The host and path that a route is for, as written: `api.example.com` or `*.example.com`, and
/// `/orders/{id}/**`.
///
/// `*.example.com` is every host with exactly one label more, as in a certificate. `{name}` is one
/// segment that is not empty; `**` is the rest, also none, and stands at the end only. Literal
/// segments are written canonically, since they are compared with canonical targets.
public final class RoutePattern {
  private static final Pattern VARIABLE = Pattern.compile("\\{[A-Za-z_][A-Za-z0-9_]*}");
  private static final int MOST_SEGMENTS = 64;

  private RoutePattern() {}

  /// What is wrong with this pattern's own syntax, each one sentence; empty when it is well formed.
  public static List<String> check(String host, String path) {
    List<String> problems = new ArrayList<>();
    checkHost(host, problems);
    checkPath(path, problems);
    return problems;
  }

  /// The names of a well-formed path's variables; `**` among them when it ends with it.
  public static Set<String> variables(String path) {
    Set<String> names = new LinkedHashSet<>();
    for (Segment segment : segments(path)) {
      switch (segment) {
        case Segment.Variable(String name) -> names.add(name);
        case Segment.Rest _ -> names.add("**");
        case Segment.Literal _ -> {}
      }
    }
    return names;
  }

  private static void checkHost(String host, List<String> problems) {
    boolean wildcard = host.startsWith("*.");
    String name = wildcard ? host.substring(2) : host;
    String canonical = wildcard ? Authority.canonicalName(name) : Authority.canonicalHost(name);
    if (canonical == null) {
      problems.add("host '" + host + "' is neither a host name nor '*.' and a host name");
    } else if (!canonical.equals(name)) {
      problems.add(
          "host '" + host + "' must be written '" + (wildcard ? "*." : "") + canonical + "'");
    }
  }

  private static void checkPath(String path, List<String> problems) {
    if (!path.startsWith("/")) {
      problems.add("path '" + path + "' must start with '/'");
      return;
    }
    String[] texts = path.substring(1).split("/", -1);
    if (texts.length > MOST_SEGMENTS) {
      problems.add("path has more than " + MOST_SEGMENTS + " segments");
      return;
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < texts.length; i++) {
      String text = texts[i];
      if (text.equals("**")) {
        if (i < texts.length - 1) {
          problems.add("'**' must be the last segment of path '" + path + "'");
        }
      } else if (VARIABLE.matcher(text).matches()) {
        if (!names.add(text)) {
          problems.add("variable '" + text + "' comes twice in path '" + path + "'");
        }
      } else if (text.indexOf('*') >= 0 || text.indexOf('{') >= 0 || text.indexOf('}') >= 0) {
        problems.add(
            "segment '" + text + "' is neither a literal, nor '{name}', nor '**' at the end");
      } else {
        checkLiteral(text, i == texts.length - 1, path, problems);
      }
    }
  }

  private static void checkLiteral(String text, boolean last, String path, List<String> problems) {
    if (text.isEmpty()) {
      if (!last) {
        problems.add("path '" + path + "' has an empty segment");
      }
      return;
    }
    switch (Component.path('/' + text)) {
      case Component.Refused(String why) ->
          problems.add("segment '" + text + "' can never match: " + why + " is ambiguous");
      case Component.Canonical(String canonical) -> {
        if (!canonical.substring(1).equals(text)) {
          problems.add("segment '" + text + "' must be written '" + canonical.substring(1) + "'");
        }
      }
    }
  }

  /// The segments of a well-formed path: `/` has one, empty; `/a/` has two.
  static List<Segment> segments(String path) {
    List<Segment> segments = new ArrayList<>();
    for (String text : path.substring(1).split("/", -1)) {
      if (text.equals("**")) {
        segments.add(new Segment.Rest());
      } else if (text.startsWith("{")) {
        segments.add(new Segment.Variable(text.substring(1, text.length() - 1)));
      } else {
        segments.add(new Segment.Literal(text));
      }
    }
    return segments;
  }

  /// What stands between two slashes of a pattern, in the order of rank.
  sealed interface Segment {
    record Literal(String text) implements Segment {}

    record Variable(String name) implements Segment {}

    record Rest() implements Segment {}
  }
}
