package io.sallyport.limits;

import io.sallyport.bundle.Limit;
import org.jspecify.annotations.Nullable;

/// What a limit answers.
public sealed interface Allowance {

  /// Taken. What the answer's RateLimit fields say; null when the route has no limit.
  ///
  /// @param degraded the store did not answer and the limit's own mode let the request pass
  record Granted(@Nullable Quota quota, boolean degraded) implements Allowance {
    public static final Granted UNLIMITED = new Granted(null, false);
  }

  /// Nothing left.
  ///
  /// @param retryAfterMillis when the next request of this key will pass
  record Exhausted(Limit limit, Quota quota, long retryAfterMillis) implements Allowance {}

  /// Whether anything is left is not known, or the key could not be evaluated; the limit refuses.
  record Unavailable(Limit limit, String why) implements Allowance {}

  /// How a bucket stands after this request.
  ///
  /// @param remaining requests that would pass right now
  /// @param resetMillis until the bucket is full again
  record Quota(Limit limit, long remaining, long resetMillis) {

    /// Of two buckets, the one that runs out first: what a caller of several limits is told.
    public static @Nullable Quota tighter(@Nullable Quota one, @Nullable Quota other) {
      if (one == null || other == null) {
        return one == null ? other : one;
      }
      return other.remaining < one.remaining ? other : one;
    }
  }
}
