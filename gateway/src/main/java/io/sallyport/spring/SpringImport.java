package io.sallyport.spring;

import io.sallyport.bundle.source.Findings;
import io.sallyport.bundle.source.Node;
import io.sallyport.bundle.source.Place;
import io.sallyport.bundle.source.Problem;
import io.sallyport.bundle.source.SourceFile;
import io.sallyport.bundle.source.YamlReader;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Turns the routes of a Spring Cloud Gateway application (`application.yml`) into a bundle that
/// [io.sallyport.bundle.BundleReader] takes. Every route is under a policy that denies everything:
/// who may, was never written there.
///
/// Nothing is dropped in silence: what cannot be carried over is a problem with its place, and a
/// comment beside the route.
public final class SpringImport {
  private static final List<String> ROOTS =
      List.of("spring.cloud.gateway", "spring.cloud.gateway.server.webflux");

  private final Findings findings = new Findings();
  private final Map<String, String> upstreams = new LinkedHashMap<>();
  private final Map<String, Integer> ids = new TreeMap<>();
  private final StringBuilder routes = new StringBuilder();
  private final String host;

  private SpringImport(String host) {
    this.host = host;
  }

  /// A bundle, and what of the application is not in it.
  ///
  /// @param files texts by path
  /// @param problems each with its place in the application's file
  public record Imported(Map<String, String> files, int routes, List<Problem> problems) {
    public Imported {
      files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
      problems = List.copyOf(problems);
    }
  }

  /// Never throws for what the text says.
  ///
  /// @param name of the file, for messages
  /// @param host for routes that name none
  public static Imported of(String name, String text, String host) {
    return new SpringImport(host).imported(SourceFile.of(name, text));
  }

  private Imported imported(SourceFile file) {
    Optional<Node> document = YamlReader.read(file, findings);
    for (String root : ROOTS) {
      document.map(node -> find(node, root)).ifPresent(this::gateway);
    }
    if (ids.isEmpty() && findings.clean()) {
      findings.problem(file.path(), "no routes below spring.cloud.gateway");
    }
    Map<String, String> files = new LinkedHashMap<>();
    if (!ids.isEmpty()) {
      files.put("routes/imported.yaml", head("Routes") + upstreamList() + "routes:\n" + routes);
      files.put(
          "policies/imported.yaml",
          head("Policies")
              + """
              policies:
                # Nobody has said yet who may: write policies, and name them in the routes.
                - id: deny-all
                  authenticate: anonymous
                  allow: [ { id: nobody-yet, when: "request.method == 'NOBODY-YET'" } ]
              """);
    }
    return new Imported(files, ids.size(), findings.problems());
  }

  private static String head(String kind) {
    return "apiVersion: sallyport/v1\nkind: " + kind + "\n";
  }

  private String upstreamList() {
    return "upstreams:\n" + String.join("", upstreams.values());
  }

  /// The value of a dotted name, whose parts may be nested or written together.
  private static @Nullable Node find(Node node, String name) {
    if (name.isEmpty()) {
      return node;
    }
    if (node instanceof Node.Mapping mapping) {
      for (Node.Entry entry : mapping.entries()) {
        String key = entry.key().text();
        if (name.equals(key) || name.startsWith(key + '.')) {
          Node found =
              find(entry.value(), name.equals(key) ? "" : name.substring(key.length() + 1));
          if (found != null) {
            return found;
          }
        }
      }
    }
    return null;
  }

  private void gateway(Node gateway) {
    Node common = find(gateway, "default-filters");
    List<Part> defaults = common == null ? List.of() : parts(common);
    if (gateway instanceof Node.Mapping mapping) {
      for (Node.Entry entry : mapping.entries()) {
        String key = entry.key().text();
        boolean known = key.startsWith("routes") || key.equals("default-filters");
        if (!known && !key.startsWith("server")) {
          findings.problem(entry.key().place(), "'" + key + "' is not carried over");
        }
      }
    }
    if (find(gateway, "routes") instanceof Node.Sequence list) {
      for (Node route : list.items()) {
        new ImportedRoute(route, defaults).write();
      }
    }
  }

  /// A predicate or a filter: `Name=value, value`, or `name` and `args`.
  private record Part(String name, List<String> values, Map<String, Node> args, Node node) {
    Place place() {
      return node.place();
    }

    /// An argument by its name, or by its place in the short form.
    String argument(String name, int place) {
      return args.get(name) instanceof Node.Scalar text
          ? text.text()
          : place < values.size() ? values.get(place) : "";
    }

    /// All values of a list.
    List<String> all(String name) {
      return switch (args.get(name)) {
        case Node.Sequence list ->
            list.items().stream()
                .filter(Node.Scalar.class::isInstance)
                .map(item -> ((Node.Scalar) item).text())
                .toList();
        case Node.Scalar text -> List.of(text.text().split("\\s*,\\s*"));
        case null, default -> values;
      };
    }

    String written() {
      StringBuilder text = new StringBuilder("{ name: ").append(name);
      if (!values.isEmpty()) {
        return quoted(name + '=' + String.join(", ", values));
      }
      if (!args.isEmpty()) {
        text.append(", args: ").append(flow(args));
      }
      return text.append(" }").toString();
    }

    private static String flow(Map<String, Node> mapping) {
      List<String> entries = new ArrayList<>();
      mapping.forEach((name, node) -> entries.add(quoted(name) + ": " + flow(node)));
      return "{ " + String.join(", ", entries) + " }";
    }

    private static String flow(Node node) {
      return switch (node) {
        case Node.Scalar text -> quoted(text.text());
        case Node.Sequence list ->
            "[ " + String.join(", ", list.items().stream().map(Part::flow).toList()) + " ]";
        case Node.Mapping mapping -> flow(entries(mapping));
        case Node.Refused _ -> "\"\"";
      };
    }
  }

  private static Map<String, Node> entries(Node.Mapping mapping) {
    Map<String, Node> entries = new LinkedHashMap<>();
    mapping.entries().forEach(entry -> entries.put(entry.key().text(), entry.value()));
    return entries;
  }

  private List<Part> parts(Node list) {
    List<Part> parts = new ArrayList<>();
    if (list instanceof Node.Sequence items) {
      for (Node item : items.items()) {
        switch (item) {
          case Node.Scalar text -> parts.add(shortForm(text));
          case Node.Mapping mapping when find(mapping, "name") instanceof Node.Scalar name ->
              parts.add(
                  new Part(
                      name.text(),
                      List.of(),
                      find(mapping, "args") instanceof Node.Mapping args ? entries(args) : Map.of(),
                      name));
          default -> findings.problem(item.place(), "neither 'Name=value' nor a 'name'");
        }
      }
    }
    return parts;
  }

  private static Part shortForm(Node.Scalar text) {
    String[] nameAndValues = text.text().split("=", 2);
    List<String> values = new ArrayList<>();
    if (nameAndValues.length > 1) {
      for (String value : nameAndValues[1].split(",")) {
        if (!value.isBlank()) {
          values.add(value.strip());
        }
      }
    }
    return new Part(nameAndValues[0].strip(), values, Map.of(), text);
  }

  /// As YAML's double-quoted style has it.
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  private String unique(String wanted) {
    String id = wanted.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    id = id.replaceAll("^-+|-+$", "");
    id = id.isEmpty() ? "route" : id.substring(0, Math.min(56, id.length()));
    int times = ids.merge(id, 1, Integer::sum);
    return times == 1 ? id : unique(id + '-' + times);
  }

  /// One route of the application on its way into the bundle: as many routes as it has hosts and
  /// paths.
  private final class ImportedRoute {
    private final Node route;
    private final List<Part> defaults;
    private final List<String> lost = new ArrayList<>();
    private final List<String> hosts = new ArrayList<>();
    private final List<String> paths = new ArrayList<>();
    private final List<String> methods = new ArrayList<>();
    private boolean placeLost;
    private boolean webSocket;

    ImportedRoute(Node route, List<Part> defaults) {
      this.route = route;
      this.defaults = defaults;
    }

    void write() {
      String id = text("id", "route");
      Node predicates = find(route, "predicates");
      for (Part predicate : predicates == null ? List.<Part>of() : parts(predicates)) {
        predicate(predicate);
      }
      if (route instanceof Node.Mapping mapping) {
        for (Node.Entry entry : mapping.entries()) {
          String key = entry.key().text();
          if (!List.of("id", "uri", "predicates", "filters").contains(key)) {
            lose(entry.key().place(), key, "it has no counterpart");
          }
        }
      }
      if (hosts.isEmpty()) {
        hosts.add(host);
      }
      if (paths.isEmpty()) {
        paths.add("/**");
      }
      String upstream = upstream();
      List<Part> filters = new ArrayList<>(defaults);
      Node own = find(route, "filters");
      filters.addAll(own == null ? List.of() : parts(own));
      filters.removeIf(this::refused);
      for (String each : hosts) {
        for (String path : paths) {
          write(unique(id), each, path, upstream, filters);
        }
      }
    }

    private void write(String id, String named, String path, String upstream, List<Part> filters) {
      StringBuilder text = new StringBuilder();
      lost.forEach(line -> text.append("  # not carried over: ").append(line).append('\n'));
      text.append("  - id: ").append(id).append("\n    match: { host: ").append(quoted(named));
      text.append(", path: ").append(quoted(path));
      if (webSocket) {
        text.append(", upgrade: websocket");
      } else if (!methods.isEmpty()) {
        text.append(", methods: [").append(String.join(", ", methods)).append(']');
      }
      text.append(" }\n    policy: deny-all\n    upstream: ").append(upstream).append('\n');
      Optional<String> edits = NativeEdits.of(path, filters);
      if (edits.isPresent()) {
        text.append(edits.get());
      } else {
        text.append("    filters:\n");
        filters.forEach(filter -> text.append("      - ").append(filter.written()).append('\n'));
      }
      // Without its path or its host it would be for more requests than it was.
      routes.append(placeLost ? text.toString().replaceAll("(?m)^ {2}(?!#)", "  # ") : text);
    }

    private String text(String name, String fallback) {
      return find(route, name) instanceof Node.Scalar text ? text.text() : fallback;
    }

    private void lose(Place place, String what, String why) {
      findings.problem(place, "'%s' is not carried over: %s".formatted(what, why));
      lost.add(what.replaceAll("\\s+", " ") + " (" + why + ')');
    }

    private boolean refused(Part filter) {
      Optional<String> why = FilterCatalogue.refusal(filter.name());
      why.ifPresent(reason -> lose(filter.place(), filter.name(), reason));
      boolean program = filter.written().contains("#{");
      if (program) {
        lose(filter.place(), filter.name(), "expressions in SpEL are never evaluated");
      }
      return why.isPresent() || program;
    }

    private void predicate(Part predicate) {
      switch (predicate.name()) {
        case "Path" -> predicate.all("patterns").forEach(pattern -> path(predicate, pattern));
        case "Host" -> predicate.all("patterns").forEach(pattern -> host(predicate, pattern));
        case "Method" -> methods.addAll(predicate.all("methods"));
        default ->
            lose(predicate.place(), predicate.written(), "a policy can ask that: CEL, in 'allow'");
      }
    }

    private void path(Part predicate, String pattern) {
      if (pattern.equals("true") || pattern.equals("false")) {
        return; // matchTrailingSlash, in the short form
      }
      String path =
          pattern
              .replaceAll("\\{\\*[A-Za-z0-9_]+}$", "**")
              .replaceAll("\\{([A-Za-z0-9_]+):[^}]*}", "{$1}");
      int number = 0;
      while (path.matches(".*/\\*(/.*)?")) {
        path = path.replaceFirst("/\\*(?=/|$)", "/{any" + number++ + '}');
      }
      boolean sound = path.matches("(/(\\{[A-Za-z0-9_]+}|[^/{}*?]*))*(/\\*\\*)?");
      if (!sound || path.isEmpty()) {
        lose(predicate.place(), "Path=" + pattern, "a path is literals, {name} and /** at its end");
        placeLost = true;
        return;
      }
      if (pattern.contains(":")) {
        lose(predicate.place(), "Path=" + pattern, "{name} matches any segment");
      }
      paths.add(path);
    }

    private void host(Part predicate, String pattern) {
      String name = pattern.replaceFirst("^\\*\\*\\.", "*.").replaceFirst(":[0-9]+$", "");
      if (!name.matches("(\\*\\.)?[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*")) {
        lose(predicate.place(), "Host=" + pattern, "a host is a name, or *.name");
        placeLost = true;
        return;
      }
      if (pattern.startsWith("**.")) {
        lose(predicate.place(), "Host=" + pattern, "*.name is one label more, not several");
      }
      hosts.add(name.toLowerCase(Locale.ROOT));
    }

    private String upstream() {
      String uri = text("uri", "");
      Node written = find(route, "uri");
      Place place = written == null ? route.place() : written.place();
      URI to;
      try {
        to = URI.create(uri);
      } catch (IllegalArgumentException e) {
        to = URI.create("no://uri");
      }
      String scheme = to.getScheme() == null ? "" : to.getScheme();
      webSocket = scheme.equals("ws") || scheme.equals("wss");
      boolean tls = scheme.equals("https") || scheme.equals("wss");
      String address = to.getHost() == null ? "unknown.invalid" : to.getHost();
      if (!tls && !webSocket && !scheme.equals("http")) {
        lose(place, "uri: " + uri, "write the endpoints of its upstream");
      }
      address += ":" + (to.getPort() > 0 ? to.getPort() : tls ? 443 : 80);
      String id = address.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
      id = id.substring(0, Math.min(63, id.length()));
      upstreams.putIfAbsent(
          id,
          "  - id: %s\n%s    endpoints: [ { address: %s, zone: a } ]\n"
              .formatted(id, tls ? "    tls: { trust: backends }\n" : "", quoted(address)));
      if (to.getRawPath() != null && to.getRawPath().length() > 1) {
        lose(place, "uri: " + uri, "a path of the address is never used there either");
      }
      return id;
    }
  }

  /// What a route can say without filters, when all of its filters have such a form: their order
  /// among others would be lost.
  private static final class NativeEdits {
    private final Map<String, String> setInRequest = new LinkedHashMap<>();
    private final List<String> removeInRequest = new ArrayList<>();
    private final Map<String, String> setInResponse = new LinkedHashMap<>();
    private final List<String> removeInResponse = new ArrayList<>();
    private final String path;
    private String rewritten = "";

    private NativeEdits(String path) {
      this.path = path;
    }

    static Optional<String> of(String path, List<Part> filters) {
      var edits = new NativeEdits(path);
      return filters.stream().allMatch(edits::take)
          ? Optional.of(edits.written())
          : Optional.empty();
    }

    private boolean take(Part filter) {
      return switch (filter.name()) {
        case "SetRequestHeader" -> set(filter, setInRequest);
        case "SetResponseHeader" -> set(filter, setInResponse);
        case "RemoveRequestHeader" -> removeInRequest.add(name(filter));
        case "RemoveResponseHeader" -> removeInResponse.add(name(filter));
        case "PreserveHostHeader" -> true;
        case "StripPrefix" -> strip(filter.argument("parts", 0));
        case "PrefixPath" -> rewrite(filter.argument("prefix", 0) + path);
        case "SetPath" -> rewrite(filter.argument("template", 0));
        default -> false;
      };
    }

    private static String name(Part filter) {
      return filter.argument("name", 0).toLowerCase(Locale.ROOT);
    }

    private static boolean set(Part filter, Map<String, String> into) {
      String value = filter.argument("value", 1);
      return !value.contains("{") && into.put(name(filter), value) == null;
    }

    private boolean strip(String parts) {
      String[] segments = path.split("/", -1);
      int count = parts.matches("[1-9]") ? Integer.parseInt(parts) : 0;
      if (count == 0 || count >= segments.length - 1 || path.indexOf("**") < 0) {
        return false;
      }
      return rewrite('/' + String.join("/", List.of(segments).subList(count + 1, segments.length)));
    }

    private boolean rewrite(String to) {
      boolean first = rewritten.isEmpty();
      rewritten = to.replace("**", "{**}");
      return first;
    }

    private String written() {
      StringBuilder text = new StringBuilder();
      if (!rewritten.isEmpty()) {
        text.append("    rewrite: { path: ").append(quoted(rewritten)).append(" }\n");
      }
      String request = edits(setInRequest, removeInRequest);
      String response = edits(setInResponse, removeInResponse);
      if (!request.isEmpty() || !response.isEmpty()) {
        text.append("    headers:\n");
      }
      if (!request.isEmpty()) {
        text.append("      request: ").append(request).append('\n');
      }
      if (!response.isEmpty()) {
        text.append("      response: ").append(response).append('\n');
      }
      return text.toString();
    }

    private static String edits(Map<String, String> set, List<String> remove) {
      List<String> both = new ArrayList<>();
      if (!set.isEmpty()) {
        List<String> fields = new ArrayList<>();
        set.forEach((name, value) -> fields.add(quoted(name) + ": " + quoted(value)));
        both.add("set: { " + String.join(", ", fields) + " }");
      }
      if (!remove.isEmpty()) {
        both.add("remove: [" + String.join(", ", remove) + ']');
      }
      return both.isEmpty() ? "" : "{ " + String.join(", ", both) + " }";
    }
  }
}
