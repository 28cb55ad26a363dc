package io.sallyport.bundle;

import io.sallyport.bundle.PolicyReader.DraftRule;
import io.sallyport.bundle.source.Findings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Finds rules that can never matter. Such a rule says something that is not so, and the next
/// reviewer believes it.
final class RuleChecks {
  private final Findings findings;

  private RuleChecks(Findings findings) {
    this.findings = findings;
  }

  static void baseline(List<DraftRule> deny, Findings findings) {
    RuleChecks checks = new RuleChecks(findings);
    checks.neverHolding(deny);
    checks.repeated(deny);
  }

  static void policy(
      List<DraftRule> baseline, List<DraftRule> deny, List<DraftRule> allow, Findings findings) {
    RuleChecks checks = new RuleChecks(findings);
    checks.neverHolding(deny);
    checks.neverHolding(allow);
    List<DraftRule> denying = new ArrayList<>(baseline);
    denying.addAll(deny);
    List<DraftRule> all = new ArrayList<>(denying);
    all.addAll(allow);
    checks.repeated(all);
    checks.shadowed(denying, deny, "denies");
    checks.shadowed(denying, allow, "denies");
    checks.shadowed(allow, allow, "allows");
  }

  private void neverHolding(List<DraftRule> rules) {
    for (DraftRule rule : rules) {
      if (constant(rule).equals(Optional.of(false))) {
        findings.problem(
            rule.text().place(), "rule '%s' can never matter: it never holds".formatted(rule.id()));
      }
    }
  }

  /// A rule beside one that always holds.
  private void shadowed(List<DraftRule> by, List<DraftRule> rules, String does) {
    for (DraftRule always : by) {
      if (constant(always).equals(Optional.of(true))) {
        for (DraftRule rule : rules) {
          boolean said = constant(rule).equals(Optional.of(false));
          if (!said && !rule.place().equals(always.place())) {
            findings.problem(
                rule.place(),
                "rule '%s' can never matter: rule '%s' (%s) always %s"
                    .formatted(rule.id(), always.id(), always.place(), does));
          }
        }
        return;
      }
    }
  }

  /// Rules that say the same; deny goes before allow, so the later one never matters.
  private void repeated(List<DraftRule> rules) {
    Map<String, DraftRule> seen = new HashMap<>();
    for (DraftRule rule : rules) {
      String same =
          rule.text().text().strip().lines().map(String::strip).collect(Collectors.joining(" "));
      DraftRule first = seen.putIfAbsent(same, rule);
      if (first != null && constant(rule).isEmpty()) {
        findings.problem(
            rule.place(),
            "rule '%s' can never matter: rule '%s' (%s) says the same and comes first"
                .formatted(rule.id(), first.id(), first.place()));
      }
    }
  }

  private static Optional<Boolean> constant(DraftRule rule) {
    return rule.when() == null ? Optional.empty() : rule.when().constant();
  }
}
