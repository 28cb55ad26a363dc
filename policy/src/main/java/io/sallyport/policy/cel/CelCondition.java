package io.sallyport.policy.cel;

import io.sallyport.policy.AccessRequest;
import io.sallyport.policy.Condition;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A `when` written in CEL.
public final class CelCondition implements Condition {
  CelCondition() {}

  @Override
  public Outcome test(AccessRequest request) {
    throw new UnsupportedOperationException("not landed yet");
  }

  @Override
  public Set<String> inputs() {
    throw new UnsupportedOperationException("not landed yet");
  }

  /// The value that it has whatever is asked, if it reads nothing of the request: a rule that
  /// always or never matches.
  public Optional<Boolean> constant() {
    return Optional.empty();
  }

  /// What its parts come to for this request, in the order they are written.
  public List<Term> explain(AccessRequest request) {
    return List.of();
  }
}
