package io.sallyport.policy;

import java.util.Set;

/// A compiled `when`. Total: whatever goes wrong is an [Outcome.Failed], never an exception.
public interface Condition {

  Outcome test(AccessRequest request);

  /// The variables it reads, such as `request.query.tenant`; known at load.
  Set<String> inputs();

  /// What came of it.
  sealed interface Outcome {
    Outcome HOLDS = new Holds();
    Outcome FAILS = new FailsToHold();

    record Holds() implements Outcome {}

    record FailsToHold() implements Outcome {}

    /// It could not be evaluated: an absent field, a repeated name, a cost limit.
    record Failed(String why) implements Outcome {}
  }
}
