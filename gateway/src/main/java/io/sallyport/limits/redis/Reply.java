package io.sallyport.limits.redis;

import java.util.List;

/// What the store says of a taking. Times are in ticks of the store's clock.
sealed interface Reply {

  /// Taken.
  ///
  /// @param buckets how each stands now, in the order in which they were asked for
  record Taken(long now, List<Standing> buckets) implements Reply {
    public Taken {
      buckets = List.copyOf(buckets);
    }
  }

  /// Nothing was taken from any bucket.
  ///
  /// @param bucket which has nothing left, from 0
  /// @param fullAt when it will be full again
  record Refused(long now, int bucket, long fullAt) implements Reply {}

  /// @param fullAt when the bucket will be full again
  /// @param taken at least one; fewer than asked for when nothing is left now
  record Standing(long fullAt, int taken) {}
}
