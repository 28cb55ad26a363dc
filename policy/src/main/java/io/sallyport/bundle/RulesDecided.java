package io.sallyport.bundle;

import io.sallyport.policy.AccessRequest;
import io.sallyport.policy.Condition;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Reason;
import io.sallyport.policy.Rule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which rules have decided something, each way. A deny rule has when it held and the answer was
/// no, and when it did not and no other denied; an allow rule when it held and the answer was yes,
/// and when it did not and none allowed. The order of rules makes no difference.
final class RulesDecided {
  private final Set<String> held = new HashSet<>();
  private final Set<String> failed = new HashSet<>();

  void by(Ruling ruling) {
    switch (ruling) {
      case Ruling.Admitted(var to, AccessRequest request, String _) -> {
        Policy policy = to.route().policy();
        failed.addAll(denying(policy).keySet());
        addHolding(allowing(policy), request);
      }
      case Ruling.Refused refused
          when refused.to().isPresent() && refused.request().isPresent() -> {
        Policy policy = refused.to().get().route().policy();
        if (refused.reason() == Reason.STEP_UP_REQUIRED) {
          failed.addAll(denying(policy).keySet());
          addHolding(allowing(policy), refused.request().get());
        } else if (refused.reason() == Reason.NO_RULE_ALLOWED) {
          failed.addAll(denying(policy).keySet());
          failed.addAll(allowing(policy).keySet());
        } else {
          addHolding(denying(policy), refused.request().get());
        }
      }
      case Ruling.Refused _ -> {}
    }
  }

  private void addHolding(Map<String, Rule> rules, AccessRequest request) {
    rules.forEach(
        (name, rule) -> {
          if (rule.when().test(request) instanceof Condition.Outcome.Holds) {
            held.add(name);
          }
        });
  }

  /// What is missing of these rules, in their order: the name, and what it did not decide.
  List<String> missing(Map<String, Rule> rules) {
    List<String> missing = new ArrayList<>();
    rules.forEach(
        (name, rule) -> {
          boolean yes = held.contains(name);
          boolean no = failed.contains(name);
          boolean constant = rule.when().inputs().isEmpty();
          if (!yes && !no) {
            missing.add(name + " (never decided)");
          } else if (!(yes && no) && !constant) {
            missing.add(name + (yes ? " (never by not holding)" : " (never by holding)"));
          }
        });
    return missing;
  }

  /// A policy's deny rules by the names that people know them by.
  static Map<String, Rule> denying(Policy policy) {
    Map<String, Rule> rules = new LinkedHashMap<>();
    policy.baselineDeny().forEach(rule -> rules.put("baseline/" + rule.id(), rule));
    policy.deny().forEach(rule -> rules.put(policy.id() + '/' + rule.id(), rule));
    return rules;
  }

  /// Its allow rules.
  static Map<String, Rule> allowing(Policy policy) {
    Map<String, Rule> rules = new LinkedHashMap<>();
    policy.allow().forEach(rule -> rules.put(policy.id() + '/' + rule.id(), rule));
    return rules;
  }
}
