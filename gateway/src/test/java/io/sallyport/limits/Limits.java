package io.sallyport.limits;

import io.sallyport.bundle.Limit;
import io.sallyport.bundle.Limit.StoreDown;
import io.sallyport.policy.AccessRequest;
import io.sallyport.policy.KeyExpression;
import java.time.Duration;
import java.util.Set;

/// Limits for tests, whose keys are not evaluated.
public final class Limits {
  private Limits() {}

  public static Limit perMinute(String id, long requests, long burst, StoreDown storeDown) {
    return new Limit(id, new Unasked(), requests, Duration.ofMinutes(1), burst, storeDown);
  }

  private record Unasked() implements KeyExpression {
    @Override
    public String evaluate(AccessRequest request) {
      throw new AssertionError("a limiter does not evaluate keys");
    }

    @Override
    public Set<String> inputs() {
      return Set.of();
    }
  }
}
