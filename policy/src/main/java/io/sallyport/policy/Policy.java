package io.sallyport.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A judge: who may vouch, what is denied, what is allowed. Immutable, pure, safe to share between
/// threads.
public final class Policy {
  private final String id;
  private final Vouching authenticate;
  private final List<Rule> baselineDeny;
  private final List<Rule> deny;
  private final List<Rule> allow;
  private final @Nullable ForwardedIdentity forward;

  public Policy(
      String id,
      Vouching authenticate,
      List<Rule> baselineDeny,
      List<Rule> deny,
      List<Rule> allow,
      @Nullable ForwardedIdentity forward) {
    this.id = id;
    this.authenticate = authenticate;
    this.baselineDeny = List.copyOf(baselineDeny);
    this.deny = List.copyOf(deny);
    this.allow = List.copyOf(allow);
    this.forward = forward;
  }

  public String id() {
    return id;
  }

  public Vouching authenticate() {
    return authenticate;
  }

  public List<Rule> baselineDeny() {
    return baselineDeny;
  }

  public List<Rule> deny() {
    return deny;
  }

  public List<Rule> allow() {
    return allow;
  }

  public @Nullable ForwardedIdentity forward() {
    return forward;
  }

  /// Decides. Never throws: a rule that cannot be evaluated denies when it is a deny rule and does
  /// not allow when it is an allow rule.
  public Decision decide(AccessRequest request) {
    Decision denied = firstDenial(baselineDeny, request);
    if (denied == null) {
      denied = firstDenial(deny, request);
    }
    return denied == null ? firstAllowance(request) : denied;
  }

  private static @Nullable Decision firstDenial(List<Rule> rules, AccessRequest request) {
    for (Rule rule : rules) {
      switch (test(rule, request)) {
        case Condition.Outcome.Holds _ -> {
          return new Decision.Denied(Reason.DENIED_BY_RULE, rule.id(), "");
        }
        case Condition.Outcome.Failed(String why) -> {
          return new Decision.Denied(Reason.RULE_ERROR, rule.id(), why);
        }
        case Condition.Outcome.FailsToHold _ -> {}
      }
    }
    return null;
  }

  private Decision firstAllowance(AccessRequest request) {
    for (Rule rule : allow) {
      if (test(rule, request) instanceof Condition.Outcome.Holds) {
        return new Decision.Allowed(rule.id());
      }
    }
    return new Decision.Denied(Reason.NO_RULE_ALLOWED, "", "");
  }

  private static Condition.Outcome test(Rule rule, AccessRequest request) {
    try {
      Condition.Outcome outcome = rule.when().test(request);
      // NullAway trusts the contract; a condition that breaks it must still not decide anything.
      return outcome == null ? new Condition.Outcome.Failed("no outcome") : outcome;
    } catch (RuntimeException e) {
      // Its message may repeat what it choked on.
      return new Condition.Outcome.Failed(e.getClass().getSimpleName());
    }
  }
}
