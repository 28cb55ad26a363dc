package io.sallyport.policy;

/// What a policy answers. There is no third.
public sealed interface Decision {

  /// An allow rule matched and nothing denied.
  ///
  /// @param rule id of the first allow rule that matched
  record Allowed(String rule) implements Decision {}

  /// Denied.
  ///
  /// @param reason `DENIED_BY_RULE`, `NO_RULE_ALLOWED`, `RULE_ERROR` or `STEP_UP_REQUIRED`; of a
  ///   policy that is asked beside another also `NO_CREDENTIAL` and `BAD_CREDENTIAL`
  /// @param rule id of the rule that denied or failed; empty when no rule allowed
  /// @param detail what went wrong in a rule that failed, for the audit record; empty otherwise
  record Denied(Reason reason, String rule, String detail) implements Decision {}
}
