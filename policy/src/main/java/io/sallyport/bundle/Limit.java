package io.sallyport.bundle;

import io.sallyport.policy.KeyExpression;
import java.time.Duration;

/// How much one key may take: `requests` per `per`, in bursts of up to `burst` (GCRA).
public record Limit(
    String id, KeyExpression key, long requests, Duration per, long burst, StoreDown storeDown) {

  /// What a limit does while the shared store does not answer.
  public enum StoreDown {
    /// Each replica enforces its share of the quota by itself.
    LOCAL_SHARE,
    DENY,
    ALLOW
  }
}
