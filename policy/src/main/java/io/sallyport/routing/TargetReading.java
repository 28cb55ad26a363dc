package io.sallyport.routing;

/// What came of reading a request's target: understood, or ambiguous and therefore refused.
public sealed interface TargetReading permits RequestTarget, TargetReading.Ambiguous {

  /// The target has more than one meaning, or none.
  ///
  /// @param why for logs and audit, never for the caller
  record Ambiguous(String why) implements TargetReading {}
}
