package io.sallyport.upstream;

/// Whether another try is made. Everything but [#RETRY] is a no, by name.
public enum RetryAnswer {
  RETRY,
  /// The route does not retry on this (`retry.on`).
  NOT_ON_THIS,
  /// The route's `retry.attempts` are used up.
  ATTEMPTS_SPENT,
  /// The share of requests that may be retries is used up, and so is the floor.
  BUDGET_SPENT
}
