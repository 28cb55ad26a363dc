package io.sallyport.bundle;

import io.sallyport.bundle.RouteReader.DraftRoute;
import io.sallyport.bundle.format.Section;
import io.sallyport.bundle.format.Value;
import io.sallyport.bundle.source.Findings;
import io.sallyport.bundle.source.Problem;
import io.sallyport.identity.Caller;
import io.sallyport.policy.Policy;
import io.sallyport.policy.cel.CelExpressions;
import io.sallyport.policy.cel.DataValue;
import io.sallyport.routing.RouteTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads a bundle: every file, every problem, then all of it or nothing.
///
/// Never throws for what the files say, and does not run the bundle's tests.
public final class BundleReader {
  private final BundleFiles files;
  private final Findings findings;
  private final BundleSections sections;
  private final FilterCompiler filters;

  private BundleReader(BundleFiles files, FilterCompiler filters, Findings findings) {
    this.files = files;
    this.filters = filters;
    this.findings = findings;
    this.sections = BundleSections.read(files, findings);
  }

  /// Reads the bundle in this folder.
  ///
  /// @param filters compiles what its routes list
  public static BundleReading read(Path folder, FilterCompiler filters) {
    Findings findings = new Findings();
    return new BundleReader(BundleFiles.read(folder, findings), filters, findings).read();
  }

  /// The same, of a bundle without filters.
  public static BundleReading read(Path folder) {
    return read(folder, FilterCompiler.NONE);
  }

  /// Reads a bundle that is in memory: contents by path relative to the bundle, with slashes.
  ///
  /// @param filters compiles what its routes list
  public static BundleReading read(Map<String, byte[]> contents, FilterCompiler filters) {
    Findings findings = new Findings();
    return new BundleReader(BundleFiles.of(contents, findings), filters, findings).read();
  }

  /// The same, of a bundle without filters.
  public static BundleReading read(Map<String, byte[]> contents) {
    return read(contents, FilterCompiler.NONE);
  }

  private BundleReading read() {
    Registry<DataValue> data = registry("data value", "data");
    DataReader dataReader = new DataReader(findings);
    for (Section file : sections.files("data")) {
      Section values = file.section("values");
      if (values != null) {
        values
            .entries()
            .forEach(
                (name, entry) -> {
                  if (entry.value() instanceof Section value) {
                    data.define(new Value.Leaf(entry.key(), name), dataReader.read(value));
                  }
                });
      }
    }
    CelExpressions cel = new CelExpressions(data.values());
    Expressions expressions = new Expressions(cel, findings);

    Registry<JwtIdentity> identities = registry("identity", "policies");
    IdentityReader identityReader = new IdentityReader(files.files(), findings);
    sections
        .parts("policies", "identities")
        .forEach(part -> identities.define(part.leaf("id"), identityReader.read(part)));

    PolicyReader policyReader = new PolicyReader(expressions, identities, findings);
    Registry<Limit> limits = registry("limit", "policies");
    sections
        .parts("policies", "limits")
        .forEach(part -> limits.define(part.leaf("id"), policyReader.limit(part)));

    Registry<Upstream> upstreams = registry("upstream", "routes");
    UpstreamReader upstreamReader = new UpstreamReader(findings);
    sections
        .parts("routes", "upstreams")
        .forEach(part -> upstreams.define(part.leaf("id"), upstreamReader.read(part)));

    RouteReader routeReader = new RouteReader(upstreams, limits, filters, findings);
    Registry<DraftRoute> drafts = registry("route", "routes");
    Map<Section, DraftRoute> draftOf = new HashMap<>();
    for (Section route : sections.parts("routes", "routes")) {
      DraftRoute draft = routeReader.match(route);
      drafts.define(route.leaf("id"), draft);
      if (draft != null) {
        draftOf.put(route, draft);
      }
    }

    Registry<Section> policySections = registry("policy", "policies");
    sections
        .parts("policies", "policies")
        .forEach(part -> policySections.define(part.leaf("id"), part));
    for (Section route : sections.parts("routes", "routes")) {
      Value.Leaf policy = route.leaf("policy");
      Section named = policy == null ? null : policySections.use(policy);
      if (policy != null && named != null && named.has("shadows")) {
        findings.problem(
            policy.place(),
            "policy '%s' shadows '%s' and never decides; name that one"
                .formatted(policy.text(), named.text("shadows", "")));
      }
    }
    Map<String, String> shadowed = shadows(policySections);

    Map<String, Policy> policies =
        beside(policies(policyReader, drafts.values(), shadowed), shadowed);
    Map<String, Route> routes = new LinkedHashMap<>();
    for (Section section : sections.parts("routes", "routes")) {
      Route route = routeReader.read(section, draftOf.get(section), policies);
      if (route != null) {
        routes.putIfAbsent(route.id(), route);
      }
    }
    Optional<RouteTable<Route>> table = table(drafts.values(), routes);
    BundleTests tests = tests(identities, drafts.ids());

    if (findings.clean()) {
      upstreams.warnOfUnused("route");
      limits.warnOfUnused("route");
      policySections.warnOfUnused("route");
      identities.warnOfUnused("policy");
      identityReader.warnOfUnusedKeyFiles();
    }
    if (drafts.values().isEmpty() && findings.clean()) {
      findings.problem("", "the bundle has no routes: it would refuse everything");
    }
    if (!findings.clean() || table.isEmpty()) {
      return new BundleReading.Bad(new Problems(findings.problems(), findings.warnings()));
    }
    Set<String> hosts = new LinkedHashSet<>();
    routes.values().forEach(route -> hosts.add(route.host()));
    Bundle bundle =
        new Bundle(
            files.id(),
            table.get(),
            List.copyOf(routes.values()),
            hosts,
            upstreams.values(),
            identities.values(),
            limits.values(),
            policies,
            cel.inputs(),
            sections.sources(),
            findings.warnings().stream().map(Problem::headline).toList());
    return new BundleReading.Good(bundle, tests);
  }

  private <T> Registry<T> registry(String kind, String folder) {
    Registry<T> registry = new Registry<>(kind, findings);
    if (!sections.complete(folder)) {
      registry.incomplete();
    }
    return registry;
  }

  /// Which policies shadow which, by id.
  private Map<String, String> shadows(Registry<Section> policies) {
    Map<String, String> shadows = new LinkedHashMap<>();
    for (Section policy : sections.parts("policies", "policies")) {
      Value.Leaf other = policy.leaf("shadows");
      if (other != null) {
        Section enforced = policies.use(other);
        if (enforced != null && enforced.has("shadows")) {
          findings.problem(
              other.place(),
              "policy '%s' shadows another itself; name the one that decides"
                  .formatted(other.text()));
        }
        policies.used(policy.text("id", ""));
        shadows.put(policy.text("id", ""), other.text());
      }
    }
    return shadows;
  }

  private static Map<String, Policy> beside(
      Map<String, Policy> policies, Map<String, String> shadowed) {
    Map<String, Policy> all = new LinkedHashMap<>();
    policies.forEach(
        (id, policy) ->
            all.put(
                id,
                policy.beside(
                    policies.values().stream()
                        .filter(other -> id.equals(shadowed.get(other.id())))
                        .toList())));
    return all;
  }

  /// A shadow policy may read the variables of the paths of the policy that it shadows.
  private Map<String, Policy> policies(
      PolicyReader reader, Map<String, DraftRoute> drafts, Map<String, String> shadowed) {
    Map<String, Set<String>> variables = new HashMap<>();
    for (DraftRoute route : drafts.values()) {
      String policy = route.section().text("policy", "");
      variables
          .computeIfAbsent(policy, _ -> new HashSet<>(route.variables()))
          .retainAll(route.variables());
    }
    for (Section file : sections.files("policies")) {
      Section part = file.section("baseline");
      if (part != null) {
        reader.baseline(part);
      }
    }
    reader.checkBaseline();
    Map<String, Policy> policies = new LinkedHashMap<>();
    for (Section section : sections.parts("policies", "policies")) {
      Policy policy =
          reader.policy(section, variables.getOrDefault(judged(section, shadowed), Set.of()));
      if (policy != null) {
        policies.putIfAbsent(policy.id(), policy);
      }
    }
    return policies;
  }

  /// The id of the policy whose routes it is asked about.
  private static String judged(Section policy, Map<String, String> shadowed) {
    String id = policy.text("id", "");
    return shadowed.getOrDefault(id, id);
  }

  /// Conflicts are found among all routes whose match is sound, whatever else is wrong with them.
  private Optional<RouteTable<Route>> table(
      Map<String, DraftRoute> drafts, Map<String, Route> routes) {
    List<RouteTable.Entry<DraftRoute>> patterns =
        drafts.values().stream()
            .map(d -> new RouteTable.Entry<>(d.id().text(), d.host(), d.path(), d.methods(), d))
            .toList();
    if (RouteTable.build(patterns) instanceof RouteTable.Conflicting<DraftRoute>(var conflicts)) {
      for (RouteTable.Conflict conflict : conflicts) {
        DraftRoute first = drafts.get(conflict.first());
        DraftRoute second = drafts.get(conflict.second());
        if (first != null && second != null) {
          conflict(first, second, conflict.why());
          conflict(second, first, conflict.why());
        }
      }
      return Optional.empty();
    }
    List<RouteTable.Entry<Route>> entries =
        routes.values().stream()
            .map(r -> new RouteTable.Entry<>(r.id(), r.host(), r.path(), r.methods(), r))
            .toList();
    return RouteTable.build(entries) instanceof RouteTable.Built<Route>(RouteTable<Route> table)
        ? Optional.of(table)
        : Optional.empty();
  }

  private void conflict(DraftRoute route, DraftRoute other, String why) {
    findings.problem(
        route.section().at("match"),
        "route '%s' conflicts with route '%s' (%s): %s"
            .formatted(route.id().text(), other.id().text(), other.section().at("match"), why));
  }

  private BundleTests tests(Registry<JwtIdentity> identities, Set<String> routes) {
    Set<String> allow = new HashSet<>();
    Set<String> deny = new HashSet<>();
    for (Section policy : sections.parts("policies", "policies")) {
      ids(policy, "allow", allow);
      ids(policy, "deny", deny);
    }
    for (Section file : sections.files("policies")) {
      ids(file.section("baseline"), "deny", deny);
    }
    Registry<Caller> callers = registry("caller", "tests");
    TestsReader reader =
        new TestsReader(
            identities,
            callers,
            new TestsReader.Known(sections.complete(), routes, allow, deny),
            findings);
    sections.files("tests").forEach(reader::callers);
    List<BundleTests.TestCase> tests = new ArrayList<>();
    int rulesPercent = 0;
    int routesPercent = 0;
    for (Section file : sections.files("tests")) {
      tests.addAll(reader.tests(file));
      Section coverage = file.section("coverage");
      if (coverage != null) {
        rulesPercent = Math.max(rulesPercent, coverage.percent("rules", 0));
        routesPercent = Math.max(routesPercent, coverage.percent("routes", 0));
      }
    }
    if (tests.isEmpty()) {
      findings.warning("tests", "the bundle has no tests: nothing says what it must answer");
    }
    return new BundleTests(
        tests, callers.values(), reader.authenticatedAgo(), rulesPercent, routesPercent);
  }

  private static void ids(@Nullable Section section, String field, Set<String> ids) {
    if (section != null) {
      section.sections(field).stream().map(rule -> rule.text("id", "")).forEach(ids::add);
    }
  }
}
