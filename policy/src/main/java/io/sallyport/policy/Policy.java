package io.sallyport.policy;

import io.sallyport.identity.Caller;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A judge: who may vouch, what is denied, what is allowed. Immutable, pure, safe to share between
/// threads.
///
/// Beside it others may be asked that shadow it: what they answer is recorded and decides nothing.
public final class Policy {
  private final String id;
  private final Vouching authenticate;
  private final List<Rule> baselineDeny;
  private final List<Rule> deny;
  private final List<Rule> allow;
  private final @Nullable ForwardedIdentity forward;
  private final @Nullable SecondFactor require;
  private final @Nullable String shadows;
  private final boolean fullAudit;
  private final List<Policy> besides;

  public Policy(
      String id,
      Vouching authenticate,
      List<Rule> baselineDeny,
      List<Rule> deny,
      List<Rule> allow,
      @Nullable ForwardedIdentity forward) {
    this(id, authenticate, baselineDeny, deny, allow, forward, null, null, false, List.of());
  }

  /// @param require what a caller who is allowed must have besides; null: nothing
  /// @param shadows id of the policy that it is asked beside and never instead of; null: it decides
  /// @param fullAudit whether records tell what came of every rule
  /// @param besides the policies that shadow this one
  public Policy(
      String id,
      Vouching authenticate,
      List<Rule> baselineDeny,
      List<Rule> deny,
      List<Rule> allow,
      @Nullable ForwardedIdentity forward,
      @Nullable SecondFactor require,
      @Nullable String shadows,
      boolean fullAudit,
      List<Policy> besides) {
    this.id = id;
    this.authenticate = authenticate;
    this.baselineDeny = List.copyOf(baselineDeny);
    this.deny = List.copyOf(deny);
    this.allow = List.copyOf(allow);
    this.forward = forward;
    this.require = require;
    this.shadows = shadows;
    this.fullAudit = fullAudit;
    this.besides = List.copyOf(besides);
  }

  /// The same, with these beside it.
  public Policy beside(List<Policy> others) {
    return new Policy(
        id, authenticate, baselineDeny, deny, allow, forward, require, shadows, fullAudit, others);
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

  /// What a caller who is allowed must have besides; null: nothing.
  public @Nullable SecondFactor require() {
    return require;
  }

  /// The id of the policy that this one shadows; null when it decides.
  public @Nullable String shadows() {
    return shadows;
  }

  public boolean fullAudit() {
    return fullAudit;
  }

  /// The policies that shadow this one.
  public List<Policy> besides() {
    return besides;
  }

  /// What the policies that shadow this one would have answered, by their ids. Never throws.
  ///
  /// The caller is who this policy's identities proved: one whom a shadow does not let vouch is
  /// refused by it, and whoever only a shadow would know is nobody to it too.
  public Map<String, Decision> decideBeside(AccessRequest request) {
    if (besides.isEmpty()) {
      return Map.of();
    }
    Map<String, Decision> decisions = LinkedHashMap.newLinkedHashMap(besides.size());
    besides.forEach(shadow -> decisions.put(shadow.id, shadow.decideAsShadow(request)));
    return decisions;
  }

  /// Decides for a caller whom another policy's identities proved: one whom this policy does not
  /// let vouch is refused. Never throws.
  public Decision decideAsShadow(AccessRequest request) {
    return switch (request.caller()) {
      case Caller.Identified _ when authenticate.readsNoCredential() -> decide(new Nobody(request));
      case Caller.Identified who when !authenticate.identities().contains(who.identity()) ->
          new Decision.Denied(Reason.BAD_CREDENTIAL, "", "");
      case Caller.Anonymous _ when !authenticate.anonymousAllowed() ->
          new Decision.Denied(Reason.NO_CREDENTIAL, "", "");
      case Caller.Identified _, Caller.Anonymous _ -> decide(request);
    };
  }

  /// What came of every rule, by id: `true`, `false` or `error`. Empty unless the policy wants its
  /// records full.
  public Map<String, String> outcomes(AccessRequest request) {
    if (!fullAudit) {
      return Map.of();
    }
    Map<String, String> outcomes = new LinkedHashMap<>();
    for (List<Rule> rules : List.of(baselineDeny, deny, allow)) {
      for (Rule rule : rules) {
        outcomes.put(
            rule.id(),
            switch (test(rule, request)) {
              case Condition.Outcome.Holds _ -> "true";
              case Condition.Outcome.FailsToHold _ -> "false";
              case Condition.Outcome.Failed _ -> "error";
            });
      }
    }
    return outcomes;
  }

  /// The same request of a caller who is not known.
  private static final class Nobody extends RequestView {
    Nobody(AccessRequest request) {
      super(request);
    }

    @Override
    public Caller caller() {
      return Caller.ANONYMOUS;
    }
  }

  /// Decides: baseline deny, deny, allow, then what is required besides, so that nobody is sent to
  /// a second factor only to be denied. Never throws: a rule that cannot be evaluated denies when
  /// it is a deny rule and does not allow when it is an allow rule.
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
        return require == null || require.isMetBy(request.caller(), request.time())
            ? new Decision.Allowed(rule.id())
            : new Decision.Denied(Reason.STEP_UP_REQUIRED, rule.id(), "");
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
