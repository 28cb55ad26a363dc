package io.sallyport.bundle;

import io.sallyport.bundle.format.Section;
import io.sallyport.bundle.format.Value;
import io.sallyport.bundle.source.Findings;
import io.sallyport.bundle.source.Place;
import io.sallyport.policy.ForwardedIdentity;
import io.sallyport.policy.KeyExpression;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Rule;
import io.sallyport.policy.SecondFactor;
import io.sallyport.policy.Vouching;
import io.sallyport.policy.cel.CelCondition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads limits, the baseline and policies.
final class PolicyReader {
  private static final Set<String> SET_BY_THE_GATEWAY =
      Set.of("iss", "aud", "exp", "iat", "nbf", "jti", "cnf");

  private final Expressions expressions;
  private final Registry<JwtIdentity> identities;
  private final Findings findings;
  private final List<DraftRule> baseline = new ArrayList<>();

  PolicyReader(Expressions expressions, Registry<JwtIdentity> identities, Findings findings) {
    this.expressions = expressions;
    this.identities = identities;
    this.findings = findings;
  }

  /// A rule that was read; `when` is null when it is faulty, which was reported.
  record DraftRule(String id, Place place, Value.Leaf text, @Nullable CelCondition when) {}

  /// Null when it is faulty, which was reported.
  @Nullable Limit limit(Section limit) {
    Value.Leaf key = limit.leaf("key");
    KeyExpression compiled = key == null ? null : expressions.key(key);
    Section quota = limit.section("quota");
    Duration per = quota == null ? null : quota.duration("per");
    String id = limit.text("id");
    if (id == null || compiled == null || quota == null || per == null) {
      return null;
    }
    long requests = quota.number("requests", 1);
    Limit.StoreDown storeDown =
        switch (limit.text("storeDown", "local-share")) {
          case "deny" -> Limit.StoreDown.DENY;
          case "allow" -> Limit.StoreDown.ALLOW;
          default -> Limit.StoreDown.LOCAL_SHARE;
        };
    return new Limit(id, compiled, requests, per, quota.number("burst", requests), storeDown);
  }

  /// Takes a file's part of the baseline. Every file's part comes before the first policy. It is
  /// asked on every route and can therefore read no path's variables.
  void baseline(Section part) {
    baseline.addAll(rules(part, "deny", Set.of()));
  }

  void checkBaseline() {
    checkIds(baseline, List.of());
    RuleChecks.baseline(baseline, findings);
  }

  /// Null when it is faulty, which was reported.
  ///
  /// @param pathVariables what every route with this policy has
  @Nullable Policy policy(Section policy, Set<String> pathVariables) {
    Vouching authenticate = authenticate(policy);
    List<DraftRule> deny = rules(policy, "deny", pathVariables);
    List<DraftRule> allow = rules(policy, "allow", pathVariables);
    List<DraftRule> own = new ArrayList<>(deny);
    own.addAll(allow);
    checkIds(own, baseline);
    RuleChecks.policy(baseline, deny, allow, findings);
    ForwardedIdentity forward = forward(policy, authenticate);
    String id = policy.text("id");
    if (id == null || authenticate == null) {
      return null;
    }
    Value.Leaf shadows = policy.leaf("shadows");
    if (shadows != null && policy.has("forward")) {
      findings.problem(
          policy.nameOf("forward"), "'forward' has no effect with 'shadows': nothing is forwarded");
    }
    return new Policy(
        id,
        authenticate,
        compiled(baseline),
        compiled(deny),
        compiled(allow),
        forward,
        secondFactor(policy, authenticate),
        shadows == null ? null : shadows.text(),
        policy.text("audit", "decision").equals("full"),
        List.of());
  }

  private List<DraftRule> rules(Section section, String field, Set<String> pathVariables) {
    List<DraftRule> rules = new ArrayList<>();
    for (Section rule : section.sections(field)) {
      Value.Leaf id = rule.leaf("id");
      Value.Leaf when = rule.leaf("when");
      if (id != null && when != null) {
        CelCondition condition = expressions.condition(when, pathVariables);
        rules.add(new DraftRule(id.text(), id.place(), when, condition));
      }
    }
    return rules;
  }

  private void checkIds(List<DraftRule> rules, List<DraftRule> others) {
    Map<String, Place> seen = new HashMap<>();
    others.forEach(rule -> seen.put(rule.id(), rule.place()));
    for (DraftRule rule : rules) {
      Place first = seen.putIfAbsent(rule.id(), rule.place());
      if (first != null) {
        findings.problem(
            rule.place(), "rule '%s' is there twice; first at %s".formatted(rule.id(), first));
      }
    }
  }

  private static List<Rule> compiled(List<DraftRule> drafts) {
    List<Rule> rules = new ArrayList<>();
    for (DraftRule draft : drafts) {
      if (draft.when() != null) {
        rules.add(new Rule(draft.id(), draft.when()));
      }
    }
    return rules;
  }

  private @Nullable Vouching authenticate(Section policy) {
    List<String> ids = new ArrayList<>();
    boolean anonymous = false;
    for (Value.Leaf leaf : policy.leaves("authenticate")) {
      boolean again = leaf.text().equals("anonymous") ? anonymous : ids.contains(leaf.text());
      if (again) {
        findings.problem(leaf.place(), "'%s' is there twice".formatted(leaf.text()));
      } else if (leaf.text().equals("anonymous")) {
        anonymous = true;
      } else {
        identities.use(leaf);
        ids.add(leaf.text());
      }
    }
    return ids.isEmpty() && !anonymous ? null : new Vouching(ids, anonymous);
  }

  private @Nullable SecondFactor secondFactor(Section policy, @Nullable Vouching authenticate) {
    Section require = policy.section("require");
    if (require == null) {
      return null;
    }
    if (authenticate != null && authenticate.readsNoCredential()) {
      findings.problem(
          policy.nameOf("require"), "'require' can never be met where every caller is anonymous");
    }
    Section factor = require.section("secondFactor");
    if (factor == null || (!factor.has("acr") && !factor.has("within"))) {
      findings.problem(
          policy.nameOf("require"), "'require' without 'acr' or 'within' requires nothing");
      return null;
    }
    return new SecondFactor(
        factor.has("acr") ? factor.texts("acr") : List.of(), factor.duration("within"));
  }

  private @Nullable ForwardedIdentity forward(Section policy, @Nullable Vouching authenticate) {
    Section forward = policy.section("forward");
    Section identity = forward == null ? null : forward.section("identity");
    if (identity == null) {
      return null;
    }
    if (authenticate != null && authenticate.readsNoCredential()) {
      findings.problem(
          policy.nameOf("forward"), "'forward' has no effect where every caller is anonymous");
    }
    for (Value.Leaf claim : identity.leaves("claims")) {
      if (SET_BY_THE_GATEWAY.contains(claim.text())) {
        findings.problem(
            claim.place(),
            "'%s' is set by the gateway and cannot be copied".formatted(claim.text()));
      }
    }
    String audience = identity.text("audience");
    return audience == null
        ? null
        : new ForwardedIdentity(
            audience,
            identity.has("claims") ? identity.texts("claims") : List.of("sub"),
            identity.duration("lifetime", Duration.ofSeconds(60)));
  }
}
