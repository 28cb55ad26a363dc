package io.sallyport.bundle;

import io.sallyport.bundle.format.Units;
import io.sallyport.policy.AccessRequest;
import io.sallyport.policy.Condition;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Rule;
import io.sallyport.policy.SecondFactor;
import io.sallyport.policy.Vouching;
import io.sallyport.policy.cel.CelCondition;
import io.sallyport.policy.cel.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The smallest change that would turn an answer, as far as it can be told from one request: the
/// fewest parts of rules that would have to come out otherwise. Sentences for people.
final class Nearest {
  /// Of rules that are equally near.
  private static final int MOST = 3;

  private Nearest() {}

  static List<String> toAdmission(Ruling.Refused refused, Bundle bundle) {
    if (refused.to().isEmpty()) {
      return switch (refused.reason()) {
        case NO_CREDENTIAL -> List.of("a credential that any identity of the bundle vouches for");
        case METHOD_NOT_ALLOWED ->
            List.of("another method: this path has routes, and none of them takes this one");
        case UPGRADE_REQUIRED -> List.of("'Upgrade: websocket' in the request");
        default -> List.of();
      };
    }
    Policy policy = refused.to().get().route().policy();
    if (refused.request().isEmpty()) {
      return List.of(credential(policy.authenticate()));
    }
    AccessRequest request = refused.request().get();
    List<String> changes = new ArrayList<>();
    Stream.concat(policy.baselineDeny().stream(), policy.deny().stream())
        .filter(rule -> !(rule.when().test(request) instanceof Condition.Outcome.FailsToHold))
        .map(rule -> "deny " + rule.id() + " does not hold" + when(turning(rule, request, false)))
        .forEach(changes::add);
    boolean allowed =
        policy.allow().stream()
            .anyMatch(rule -> rule.when().test(request) instanceof Condition.Outcome.Holds);
    if (!allowed) {
      changes.addAll(nearestAllow(policy, request));
    }
    SecondFactor require = policy.require();
    if (require != null && !require.isMetBy(request.caller(), request.time())) {
      changes.add(
          "a caller authenticated"
              + (require.acr().isEmpty() ? "" : " with acr " + String.join(" or ", require.acr()))
              + (require.within() == null ? "" : " within " + Units.show(require.within())));
    }
    return changes;
  }

  private static String credential(Vouching vouching) {
    return "a credential of " + String.join(" or ", vouching.identities());
  }

  private static List<String> nearestAllow(Policy policy, AccessRequest request) {
    int fewest =
        policy.allow().stream()
            .mapToInt(rule -> turning(rule, request, true).size())
            .min()
            .orElse(0);
    return policy.allow().stream()
        .filter(rule -> turning(rule, request, true).size() == fewest)
        .limit(MOST)
        .map(rule -> "allow " + rule.id() + " holds" + when(turning(rule, request, true)))
        .toList();
  }

  /// Whatever is denied was not allowed for one reason only where one rule allows.
  static List<String> toRefusal(Policy policy, AccessRequest request) {
    List<Rule> allowing =
        policy.allow().stream()
            .filter(rule -> rule.when().test(request) instanceof Condition.Outcome.Holds)
            .toList();
    if (allowing.size() > 1) {
      return List.of(
          "none of these holds: "
              + allowing.stream().map(Rule::id).collect(Collectors.joining(", ")));
    }
    return allowing.stream()
        .map(rule -> turning(rule, request, false))
        .filter(terms -> !terms.isEmpty())
        .map(terms -> "refused when this changes: " + written(terms))
        .toList();
  }

  private static List<Term> turning(Rule rule, AccessRequest request, boolean wanted) {
    return rule.when() instanceof CelCondition condition
        ? condition.turning(request, wanted)
        : List.of();
  }

  private static String when(List<Term> terms) {
    return terms.isEmpty() ? "" : ", which takes another outcome of: " + written(terms);
  }

  private static String written(List<Term> terms) {
    return terms.stream()
        .map(term -> term.text() + " = " + term.value())
        .collect(Collectors.joining(" and "));
  }
}
