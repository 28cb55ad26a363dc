package io.sallyport.bundle;

import io.sallyport.bundle.format.Section;
import io.sallyport.bundle.format.Value;
import io.sallyport.bundle.source.Findings;
import io.sallyport.bundle.source.Suggestion;
import io.sallyport.policy.Policy;
import io.sallyport.policy.SecondFactor;
import io.sallyport.routing.RoutePattern;
import io.sallyport.routing.RouteTable;
import io.sallyport.routing.TargetReader;
import io.sallyport.routing.TargetReading;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads routes, in two steps: what a route matches is known before its policy is compiled, since
/// rules may read the path's variables.
final class RouteReader {
  private static final long DEFAULT_MAX_BODY = 10L << 20;
  private static final Set<String> NEVER_FORWARDED = Set.of("CONNECT", "TRACE");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}/]*)\\}");

  private final Registry<Upstream> upstreams;
  private final Registry<Limit> limits;
  private final HeaderEditsReader edits;
  private final FiltersReader filters;
  private final Findings findings;

  /// What many routes have alike, each of it once: it stays in the processor's cache whichever
  /// route is asked for.
  private final Map<Object, Object> shared = new HashMap<>();

  RouteReader(
      Registry<Upstream> upstreams,
      Registry<Limit> limits,
      FilterCompiler filters,
      Findings findings) {
    this.upstreams = upstreams;
    this.limits = limits;
    this.edits = new HeaderEditsReader(findings);
    this.filters = new FiltersReader(filters, findings);
    this.findings = findings;
  }

  /// A route of which the match was read.
  record DraftRoute(
      Section section,
      Value.Leaf id,
      String host,
      String path,
      Set<String> methods,
      Set<String> variables) {}

  /// Null when the match is faulty, which was reported.
  @Nullable DraftRoute match(Section route) {
    Value.Leaf id = route.leaf("id");
    Section match = route.section("match");
    if (match == null) {
      return null;
    }
    Value.Leaf host = match.leaf("host");
    Value.Leaf path = match.leaf("path");
    boolean sound = host != null && soundHost(host);
    sound &= path != null && soundPath(path);
    Set<String> methods = match.has("upgrade") ? webSocket(match) : methods(match);
    if (!sound || id == null || host == null || path == null) {
      return null;
    }
    Set<String> variables = RoutePattern.variables(path.text());
    return new DraftRoute(route, id, host.text(), path.text(), methods, variables);
  }

  /// A WebSocket begins with GET (RFC 6455 §4.1).
  private Set<String> webSocket(Section match) {
    if (match.has("methods")) {
      findings.problem(
          match.nameOf("methods"), "'methods' has no effect with 'upgrade': it is always GET");
    }
    return Set.of(RouteTable.WEB_SOCKET);
  }

  private boolean soundHost(Value.Leaf host) {
    String text = host.text();
    String lower = text.toLowerCase(Locale.ROOT);
    if (!lower.equals(text)) {
      findings.problem(host.place(), "'host' must be in lower case; did you mean '" + lower + "'?");
      return false;
    }
    if (text.matches(".*[^:]:[0-9]*|.*\\]:[0-9]*")) {
      findings.problem(host.place(), "'host' must be without a port: ports are not matched");
      return false;
    }
    List<String> problems = RoutePattern.check(text, "/");
    problems.forEach(why -> findings.problem(host.place(), why));
    return problems.isEmpty();
  }

  private boolean soundPath(Value.Leaf path) {
    List<String> problems = RoutePattern.check("example.com", path.text());
    problems.forEach(why -> findings.problem(path.place(), why));
    return problems.isEmpty();
  }

  private Set<String> methods(Section match) {
    Set<String> methods = new LinkedHashSet<>();
    for (Value.Leaf method : match.leaves("methods")) {
      if (NEVER_FORWARDED.contains(method.text())) {
        findings.problem(method.place(), "method " + method.text() + " is never forwarded");
      } else if (!methods.add(method.text())) {
        findings.problem(method.place(), "method %s is there twice".formatted(method.text()));
      }
    }
    return methods;
  }

  /// The whole route; null when it is faulty, which was reported.
  ///
  /// @param draft what it matches; null when that is faulty: the rest is looked at all the same
  @Nullable Route read(Section route, @Nullable DraftRoute draft, Map<String, Policy> policies) {
    Route.Action action = action(route, draft);
    List<Limit> named = limits(route);
    Section headers = route.section("headers");
    Route.HeaderEdits request = edits.read(headers, "request");
    Route.HeaderEdits response = edits.read(headers, "response");
    Route.Timeouts timeouts = timeouts(route.section("timeouts"));
    Route.Retry retry = retry(route.section("retry"));
    Section body = route.section("body");
    Policy policy = policies.get(route.text("policy", ""));
    if (draft == null || action == null || policy == null) {
      return null;
    }
    return new Route(
        draft.id().text(),
        draft.host(),
        draft.path(),
        draft.methods(),
        policy,
        shared(List.copyOf(named)),
        shared(action),
        request,
        response,
        timeouts,
        retry,
        body == null ? DEFAULT_MAX_BODY : body.size("max", DEFAULT_MAX_BODY),
        shared(inputs(policy, named)));
  }

  @SuppressWarnings("unchecked") // what is equal here is of one type
  private <T> T shared(T part) {
    return (T) shared.computeIfAbsent(part, same -> same);
  }

  private static List<String> inputs(Policy policy, List<Limit> limits) {
    return Stream.concat(
            Stream.concat(Stream.of(policy), policy.besides().stream())
                .flatMap(each -> Stream.of(each.baselineDeny(), each.deny(), each.allow()))
                .flatMap(List::stream)
                .map(rule -> rule.when().inputs()),
            Stream.concat(
                limits.stream().map(limit -> limit.key().inputs()),
                Stream.concat(Stream.of(policy), policy.besides().stream())
                    .filter(each -> each.require() != null)
                    .map(_ -> SecondFactor.INPUTS)))
        .flatMap(Set::stream)
        .distinct()
        .sorted()
        .toList();
  }

  private Route.@Nullable Action action(Section route, @Nullable DraftRoute draft) {
    if (route.has("upstream") == route.has("respond")) {
      findings.problem(
          route.has("respond") ? route.nameOf("respond") : route.place(),
          route.has("respond")
              ? "route has 'upstream' and 'respond'; write one of them"
              : "route without 'upstream' or 'respond': it must lead somewhere");
      return null;
    }
    if (route.has("respond")) {
      for (String only : List.of("rewrite", "timeouts", "retry", "filters", "stream")) {
        if (route.has(only)) {
          findings.problem(
              route.nameOf(only),
              "'%s' has no effect with 'respond': nothing is forwarded".formatted(only));
        }
      }
      Section match = route.section("match");
      if (match != null && match.has("upgrade")) {
        findings.problem(
            match.nameOf("upgrade"),
            "'upgrade' with 'respond': only a backend can take a WebSocket");
      }
      Section headers = route.section("headers");
      if (headers != null && headers.has("request")) {
        findings.problem(
            headers.nameOf("request"),
            "'request' has no effect with 'respond': nothing is forwarded");
      }
      Section respond = route.section("respond");
      return respond == null ? null : respond(respond);
    }
    PathRewrite rewrite = rewrite(route.section("rewrite"), draft);
    Value.Leaf name = route.leaf("upstream");
    Upstream upstream = name == null ? null : upstreams.use(name);
    FilterCompiler.FilterChain chain = filters.read(route, route.text("id", ""));
    boolean filtered = chain != null || !route.has("filters");
    Route.Stream stream = stream(route, upstream);
    return upstream != null && filtered
        ? new Route.Forward(upstream, rewrite, chain, stream)
        : null;
  }

  private Route.@Nullable Stream stream(Section route, @Nullable Upstream upstream) {
    Section match = route.section("match");
    Section stream = route.section("stream");
    if (match == null || !match.has("upgrade")) {
      if (stream != null) {
        findings.problem(
            route.nameOf("stream"), "'stream' has no effect without 'upgrade' in 'match'");
      }
      return null;
    }
    if (upstream != null && upstream.protocol() != Upstream.Protocol.H1) {
      findings.problem(
          match.nameOf("upgrade"),
          "upstream '%s' speaks HTTP/2: a WebSocket needs protocol h1".formatted(upstream.id()));
    }
    Route.Stream usual = Route.Stream.DEFAULT;
    return stream == null
        ? usual
        : new Route.Stream(
            stream.duration("reauthorize", usual.reauthorize()),
            stream.duration("idle", usual.idle()));
  }

  private Route.Respond respond(Section respond) {
    int status = Math.toIntExact(respond.number("status", 200));
    boolean bodiless = status == 204 || status == 205 || status == 304;
    if (bodiless && respond.has("body")) {
      findings.problem(respond.nameOf("body"), "an answer with status " + status + " has no body");
    }
    return new Route.Respond(
        status, respond.text("contentType", "text/plain; charset=utf-8"), respond.text("body", ""));
  }

  private @Nullable PathRewrite rewrite(@Nullable Section rewrite, @Nullable DraftRoute draft) {
    Value.Leaf path = rewrite == null ? null : rewrite.leaf("path");
    if (path == null) {
      return null;
    }
    List<String> pieces = new ArrayList<>();
    Map<String, String> sample = new HashMap<>();
    Matcher placeholder = PLACEHOLDER.matcher(path.text());
    int end = 0;
    while (placeholder.find()) {
      String name = placeholder.group(1);
      if (draft != null && !draft.variables().contains(name)) {
        findings.problem(
            path.node().at(path.text().codePointCount(0, placeholder.start(1))),
            "the path of the match has no '{%s}'%s"
                .formatted(name, Suggestion.among(draft.variables(), name)));
      }
      pieces.add(path.text().substring(end, placeholder.start()));
      pieces.add(name);
      sample.put(name, "x");
      end = placeholder.end();
    }
    pieces.add(path.text().substring(end));
    PathRewrite read = new PathRewrite(pieces);
    // `**` may match nothing at all, or end with a slash.
    for (String rest : List.of("x", "", "x/")) {
      sample.replace("**", rest);
      String why = ambiguity(read.apply(sample));
      if (!why.isEmpty()) {
        findings.problem(path.place(), "the path that the backend would get is not sound: " + why);
        break;
      }
    }
    return read;
  }

  private static String ambiguity(String path) {
    if (path.matches(".*[{}*?#].*")) {
      return "'{', '}', '*', '?' and '#' have no place in it; a variable is written {name} or {**}";
    }
    return switch (TargetReader.read("GET", "upstream", path)) {
      case TargetReading.Ambiguous(String reason) -> reason;
      case io.sallyport.routing.RequestTarget _ -> "";
    };
  }

  private List<Limit> limits(Section route) {
    List<Limit> named = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (Value.Leaf leaf : route.leaves("limits")) {
      Limit limit = limits.use(leaf);
      if (!seen.add(leaf.text())) {
        findings.problem(leaf.place(), "limit '%s' is there twice".formatted(leaf.text()));
      } else if (limit != null) {
        named.add(limit);
      }
    }
    return named;
  }

  private static Route.Timeouts timeouts(@Nullable Section timeouts) {
    Route.Timeouts usual = Route.Timeouts.DEFAULT;
    return timeouts == null
        ? usual
        : new Route.Timeouts(
            timeouts.duration("connect", usual.connect()),
            timeouts.duration("firstByte", usual.firstByte()),
            timeouts.duration("total"),
            timeouts.duration("idle", usual.idle()));
  }

  private static Route.Retry retry(@Nullable Section retry) {
    Route.Retry usual = Route.Retry.DEFAULT;
    if (retry == null) {
      return usual;
    }
    Set<Route.Retry.On> on = EnumSet.noneOf(Route.Retry.On.class);
    for (String word : retry.texts("on")) {
      on.add(
          switch (word) {
            case "connect-failure" -> Route.Retry.On.CONNECT_FAILURE;
            case "reset-before-response" -> Route.Retry.On.RESET_BEFORE_RESPONSE;
            case "502" -> Route.Retry.On.STATUS_502;
            case "503" -> Route.Retry.On.STATUS_503;
            case "504" -> Route.Retry.On.STATUS_504;
            default -> throw new IllegalStateException("the table let '" + word + "' pass");
          });
    }
    return new Route.Retry(
        retry.has("on") ? on : usual.on(),
        Math.toIntExact(retry.number("attempts", usual.attempts())),
        retry.percent("budget", usual.budgetPercent()),
        retry.text("zone", "other").equals("other"));
  }
}
