package io.sallyport.bundle;

import io.sallyport.bundle.format.Units;
import io.sallyport.bundle.source.Problem;
import io.sallyport.policy.KeyExpression;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Rule;
import io.sallyport.policy.cel.CelCondition;
import io.sallyport.policy.cel.CelKey;
import io.sallyport.policy.cel.DataValue;
import io.sallyport.routing.RouteTable;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What two bundles mean differently. Comments, spaces, the order of rules and which file something
/// stands in make no difference.
///
/// Each difference is looked at by itself. It is called tightened or loosened only when it is so
/// for every request; what cannot be told, such as a rule that reads otherwise, is called changed.
/// What was removed is not called tightened: a less specific route may take the requests of one
/// that is gone.
public final class BundleDiff {
  /// Of one value that is shown, code points.
  private static final int LONGEST = 120;

  private final List<Change> changes = new ArrayList<>();

  /// Whether what is compared decides nothing, so that no change of it tightens or loosens.
  private boolean neverEnforced;

  private BundleDiff() {}

  /// Which way a change goes.
  public enum Kind {
    ADDED,
    REMOVED,
    /// Nothing is admitted that was not before, and something may no longer be.
    TIGHTENED,
    /// Nothing that was admitted is refused, and something more may be admitted.
    LOOSENED,
    /// It may be either, or neither.
    CHANGED;

    /// The word that people read.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// One difference.
  ///
  /// @param subject what it is about: `policy orders-read`
  /// @param what what is different, in one line of words that steers no terminal; never a secret,
  ///   since a bundle holds none
  public record Change(Kind kind, String subject, String what) {}

  /// Every difference, by subject: data, identities, limits, the baseline, policies, upstreams,
  /// routes. Pure; milliseconds.
  public static List<Change> between(Bundle before, Bundle after) {
    BundleDiff diff = new BundleDiff();
    diff.data(before, after);
    diff.each("identity", before.identities(), after.identities(), diff::identity);
    diff.each("limit", before.limits(), after.limits(), diff::limit);
    diff.rules("baseline", "deny", baseline(before), baseline(after), Kind.TIGHTENED);
    diff.each("policy", before.policies(), after.policies(), diff::policy);
    diff.each("upstream", before.upstreams(), after.upstreams(), diff::upstream);
    diff.each("route", routes(before), routes(after), diff::route);
    return List.copyOf(diff.changes);
  }

  private interface Comparer<T> {
    void compare(String subject, T before, T after);
  }

  private void add(Kind kind, String subject, String what) {
    boolean directed = kind == Kind.TIGHTENED || kind == Kind.LOOSENED;
    changes.add(
        new Change(
            directed && neverEnforced ? Kind.CHANGED : kind, subject, Problem.printable(what)));
  }

  private <T> void each(
      String kind, Map<String, T> before, Map<String, T> after, Comparer<T> comparer) {
    Set<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    for (String name : names) {
      T old = before.get(name);
      T young = after.get(name);
      String subject = kind + ' ' + name;
      if (old == null) {
        add(Kind.ADDED, subject, inShort(young));
      } else if (young == null) {
        add(Kind.REMOVED, subject, inShort(old));
      } else {
        comparer.compare(subject, old, young);
      }
    }
  }

  private static String inShort(@Nullable Object whole) {
    return switch (whole) {
      case Route route ->
          "%s %s%s, policy %s, to %s"
              .formatted(
                  methods(route.methods()),
                  route.host(),
                  route.path(),
                  route.policy().id(),
                  action(route));
      case Policy policy ->
          "%sauthenticate %s, deny %s, allow %s"
              .formatted(
                  policy.shadows() == null ? "" : "shadows " + policy.shadows() + ", ",
                  vouching(policy),
                  ids(policy.deny()),
                  ids(policy.allow()));
      case Limit limit -> "%s by %s".formatted(quota(limit), text(limit.key()));
      case JwtIdentity identity -> "tokens of " + identity.issuer();
      case Upstream upstream -> text(upstream.protocol()) + " to " + endpoints(upstream);
      case DataValue data -> data.type() + ' ' + text(data.value());
      case null, default -> "";
    };
  }

  private static List<String> ids(List<Rule> rules) {
    return rules.stream().map(Rule::id).toList();
  }

  private static String methods(Set<String> methods) {
    return methods.isEmpty() ? "every method" : String.join(", ", new TreeSet<>(methods));
  }

  /// Says which values are others; of two records of one kind, which of their components.
  private void value(String subject, String name, @Nullable Object before, @Nullable Object after) {
    if (before instanceof Record was
        && after instanceof Record is
        && was.getClass() == is.getClass()) {
      for (RecordComponent part : was.getClass().getRecordComponents()) {
        value(subject, name + '.' + part.getName(), component(part, was), component(part, is));
      }
    } else if (!Objects.equals(before, after)) {
      add(Kind.CHANGED, subject, "%s: %s -> %s".formatted(name, text(before), text(after)));
    }
  }

  private static @Nullable Object component(RecordComponent part, Record of) {
    try {
      return part.getAccessor().invoke(of);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A value as people write it. Sets and maps are sorted: the JDK's own order differs from run to
  /// run.
  private static String text(@Nullable Object value) {
    return switch (value) {
      case null -> "none";
      case Duration duration -> Units.show(duration);
      case Enum<?> word -> word.name().toLowerCase(Locale.ROOT).replace('_', '-');
      case FilterCompiler.Filter(String name, Map<String, String> args) -> name + args;
      case Record many ->
          Stream.of(many.getClass().getRecordComponents())
              .map(part -> part.getName() + ": " + text(component(part, many)))
              .collect(Collectors.joining(", ", "{", "}"));
      case Set<?> set -> set.stream().map(BundleDiff::text).sorted().toList().toString();
      case Map<?, ?> map -> new TreeMap<>(map).toString();
      case List<?> list -> list.stream().map(BundleDiff::text).toList().toString();
      default -> shortened(value.toString());
    };
  }

  private static String shortened(String text) {
    return text.codePointCount(0, text.length()) <= LONGEST
        ? text
        : text.substring(0, text.offsetByCodePoints(0, LONGEST)) + "…";
  }

  /// Says what a set gained and lost.
  private void set(
      String subject,
      String name,
      Collection<String> before,
      Collection<String> after,
      Kind gained,
      Kind lost) {
    missing(after, before).forEach(one -> add(gained, subject, name + ' ' + one + " added"));
    missing(before, after).forEach(one -> add(lost, subject, name + ' ' + one + " removed"));
  }

  private static Set<String> missing(Collection<String> from, Collection<String> in) {
    Set<String> missing = new LinkedHashSet<>(from);
    missing.removeAll(Set.copyOf(in));
    return missing;
  }

  private void longer(String subject, String name, Duration before, Duration after) {
    if (!before.equals(after)) {
      add(
          after.compareTo(before) > 0 ? Kind.LOOSENED : Kind.TIGHTENED,
          subject,
          "%s: %s -> %s".formatted(name, text(before), text(after)));
    }
  }

  private void data(Bundle before, Bundle after) {
    each(
        "data",
        before.inputs().data(),
        after.inputs().data(),
        (subject, old, young) -> {
          if (!old.equals(young)) {
            String readers = readers("data." + subject.substring("data ".length()), after);
            add(Kind.CHANGED, subject, difference(old, young) + "; " + readers);
          }
        });
  }

  private static String difference(DataValue before, DataValue after) {
    if (!(before.type().equals(after.type())
        && before.value() instanceof List<?> old
        && after.value() instanceof List<?> young)) {
      return "%s %s -> %s %s"
          .formatted(before.type(), text(before.value()), after.type(), text(after.value()));
    }
    Set<String> gained = missing(texts(young), texts(old));
    Set<String> lost = missing(texts(old), texts(young));
    List<String> parts = new ArrayList<>();
    if (!gained.isEmpty()) {
      parts.add(String.join(", ", gained) + " added");
    }
    if (!lost.isEmpty()) {
      parts.add(String.join(", ", lost) + " removed");
    }
    return parts.isEmpty() ? "another order" : String.join("; ", parts);
  }

  private static List<String> texts(List<?> values) {
    return values.stream().map(String::valueOf).toList();
  }

  private static String readers(String input, Bundle bundle) {
    Set<String> readers = new TreeSet<>();
    for (Policy policy : bundle.policies().values()) {
      for (Rule rule : policy.baselineDeny()) {
        if (rule.when().inputs().contains(input)) {
          readers.add("baseline/" + rule.id());
        }
      }
      for (List<Rule> rules : List.of(policy.deny(), policy.allow())) {
        for (Rule rule : rules) {
          if (rule.when().inputs().contains(input)) {
            readers.add(policy.id() + '/' + rule.id());
          }
        }
      }
    }
    return readers.isEmpty() ? "no rule reads it" : "read by " + String.join(", ", readers);
  }

  private void identity(String subject, JwtIdentity before, JwtIdentity after) {
    value(subject, "issuer", before.issuer(), after.issuer());
    set(subject, "audience", before.audiences(), after.audiences(), Kind.LOOSENED, Kind.TIGHTENED);
    set(
        subject,
        "algorithm",
        new TreeSet<>(before.algorithms()),
        new TreeSet<>(after.algorithms()),
        Kind.LOOSENED,
        Kind.TIGHTENED);
    set(subject, "type", before.types(), after.types(), Kind.LOOSENED, Kind.TIGHTENED);
    longer(subject, "clockSkew", before.clockSkew(), after.clockSkew());
    longer(subject, "maxLifetime", before.maxLifetime(), after.maxLifetime());
    value(subject, "keys", before.keys(), after.keys());
  }

  private void limit(String subject, Limit before, Limit after) {
    value(subject, "key", text(before.key()), text(after.key()));
    boolean sameQuota =
        before.requests() == after.requests()
            && before.per().equals(after.per())
            && before.burst() == after.burst();
    if (!sameQuota) {
      // Cross-multiplied: the rate is a fraction.
      int rate =
          Double.compare(
              (double) after.requests() * before.per().toNanos(),
              (double) before.requests() * after.per().toNanos());
      int burst = Long.compare(after.burst(), before.burst());
      Kind kind =
          rate >= 0 && burst >= 0
              ? Kind.LOOSENED
              : rate <= 0 && burst <= 0 ? Kind.TIGHTENED : Kind.CHANGED;
      add(
          rate == 0 && burst == 0 ? Kind.CHANGED : kind,
          subject,
          "quota: " + quota(before) + " -> " + quota(after));
    }
    value(subject, "storeDown", before.storeDown(), after.storeDown());
  }

  private static String text(KeyExpression key) {
    return key instanceof CelKey cel ? cel.text() : key.toString();
  }

  private static String quota(Limit limit) {
    return "%d per %s, burst %d".formatted(limit.requests(), text(limit.per()), limit.burst());
  }

  /// Every policy holds the whole baseline.
  private static List<Rule> baseline(Bundle bundle) {
    return bundle.policies().values().stream()
        .findFirst()
        .map(Policy::baselineDeny)
        .orElse(List.of());
  }

  private void policy(String subject, Policy before, Policy after) {
    neverEnforced = before.shadows() != null && after.shadows() != null;
    // Where credentials begin to be read, bad ones begin to be refused and good ones to name
    // callers.
    boolean asBefore =
        before.authenticate().readsNoCredential() == after.authenticate().readsNoCredential();
    set(
        subject,
        "authenticate",
        vouching(before),
        vouching(after),
        asBefore ? Kind.LOOSENED : Kind.CHANGED,
        asBefore ? Kind.TIGHTENED : Kind.CHANGED);
    rules(subject, "deny", before.deny(), after.deny(), Kind.TIGHTENED);
    rules(subject, "allow", before.allow(), after.allow(), Kind.LOOSENED);
    value(subject, "forward.identity", before.forward(), after.forward());
    value(subject, "require.secondFactor", before.require(), after.require());
    value(subject, "shadows", before.shadows(), after.shadows());
    value(subject, "audit", audit(before), audit(after));
    neverEnforced = false;
  }

  private static String audit(Policy policy) {
    return policy.fullAudit() ? "full" : "decision";
  }

  private static List<String> vouching(Policy policy) {
    List<String> who = new ArrayList<>(policy.authenticate().identities());
    if (policy.authenticate().anonymousAllowed()) {
      who.add("anonymous");
    }
    return who;
  }

  /// @param gained what one more rule means
  private void rules(
      String subject, String effect, List<Rule> before, List<Rule> after, Kind gained) {
    Kind lost = gained == Kind.TIGHTENED ? Kind.LOOSENED : Kind.TIGHTENED;
    Map<String, String> old = texts(before, Rule::id);
    Map<String, String> young = texts(after, Rule::id);
    Set<String> ids = new TreeSet<>(old.keySet());
    ids.addAll(young.keySet());
    for (String id : ids) {
      String was = old.get(id);
      String is = young.get(id);
      String rule = effect + " '" + id + "'";
      if (was == null) {
        add(gained, subject, rule + " added: " + is);
      } else if (is == null) {
        add(lost, subject, rule + " removed: " + was);
      } else if (!was.equals(is)) {
        add(Kind.CHANGED, subject, rule + ": " + was + "  ->  " + is);
      }
    }
  }

  private static Map<String, String> texts(List<Rule> rules, Function<Rule, String> name) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Rule rule : rules) {
      texts.put(
          name.apply(rule),
          rule.when() instanceof CelCondition cel ? cel.text() : rule.when().toString());
    }
    return texts;
  }

  private void upstream(String subject, Upstream before, Upstream after) {
    value(subject, "protocol", before.protocol(), after.protocol());
    value(subject, "tls", before.tls(), after.tls());
    set(subject, "endpoint", endpoints(before), endpoints(after), Kind.CHANGED, Kind.CHANGED);
    value(subject, "health.active", before.activeHealth(), after.activeHealth());
    value(subject, "health.passive", before.passiveHealth(), after.passiveHealth());
    value(subject, "prefers its own zone", before.preferOwnZone(), after.preferOwnZone());
  }

  private static List<String> endpoints(Upstream upstream) {
    return upstream.endpoints().stream()
        .map(endpoint -> endpoint.address() + " in zone " + endpoint.zone())
        .toList();
  }

  private static Map<String, Route> routes(Bundle bundle) {
    return bundle.routeList().stream().collect(Collectors.toMap(Route::id, Function.identity()));
  }

  private void route(String subject, Route before, Route after) {
    value(subject, "host", before.host(), after.host());
    value(subject, "path", before.path(), after.path());
    methods(subject, before.methods(), after.methods());
    value(subject, "policy", before.policy().id(), after.policy().id());
    set(
        subject,
        "limit",
        before.limits().stream().map(Limit::id).toList(),
        after.limits().stream().map(Limit::id).toList(),
        Kind.TIGHTENED,
        Kind.LOOSENED);
    if (before.maxBody() != after.maxBody()) {
      add(
          after.maxBody() > before.maxBody() ? Kind.LOOSENED : Kind.TIGHTENED,
          subject,
          "body.max: %d B -> %d B".formatted(before.maxBody(), after.maxBody()));
    }
    value(subject, "goes to", action(before), action(after));
    value(subject, "filters", filters(before), filters(after));
    value(subject, "headers.request", before.requestHeaders(), after.requestHeaders());
    value(subject, "headers.response", before.responseHeaders(), after.responseHeaders());
    value(subject, "timeouts", before.timeouts(), after.timeouts());
    value(subject, "retry", before.retry(), after.retry());
    value(subject, "stream", stream(before), stream(after));
  }

  private static Route.@Nullable Stream stream(Route route) {
    return route.action() instanceof Route.Forward forward ? forward.stream() : null;
  }

  private void methods(String subject, Set<String> before, Set<String> after) {
    if (before.equals(after)) {
      return;
    }
    boolean upgrade =
        before.contains(RouteTable.WEB_SOCKET) || after.contains(RouteTable.WEB_SOCKET);
    boolean wider = after.isEmpty() || (!before.isEmpty() && after.containsAll(before));
    boolean narrower = before.isEmpty() || (!after.isEmpty() && before.containsAll(after));
    Kind kind =
        upgrade ? Kind.CHANGED : wider ? Kind.LOOSENED : narrower ? Kind.TIGHTENED : Kind.CHANGED;
    add(kind, subject, "methods: " + methods(before) + " -> " + methods(after));
  }

  private static String action(Route route) {
    return switch (route.action()) {
      case Route.Forward forward ->
          forward.upstream().id()
              + (forward.rewrite() == null ? "" : " as " + forward.rewrite().template());
      case Route.Respond respond ->
          "an answer %d, %s, '%s'"
              .formatted(respond.status(), respond.contentType(), respond.body());
    };
  }

  private static List<FilterCompiler.Filter> filters(Route route) {
    return route.action() instanceof Route.Forward forward && forward.filters() != null
        ? forward.filters().written()
        : List.of();
  }
}
