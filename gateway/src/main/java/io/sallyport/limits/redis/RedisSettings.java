package io.sallyport.limits.redis;

import java.net.URI;
import java.time.Duration;

/// How limits are counted in Redis.
///
/// @param uri `redis://` or `rediss://`
/// @param timeout longest wait for an answer; then the limit's own `storeDown` mode applies
/// @param coolDown while Redis does not answer, it is asked once in this time and requests do not
///   wait
/// @param replicas of this gateway, alive and counting: what `local-share` divides a quota by, and
///   what bounds a lease
/// @param mostBuckets kept here for each limit: leases, and shares while Redis does not answer
public record RedisSettings(
    URI uri, Duration timeout, Duration coolDown, int replicas, int mostBuckets) {
  public static final Duration TIMEOUT = Duration.ofMillis(50);
  public static final Duration COOL_DOWN = Duration.ofSeconds(1);

  public RedisSettings {
    if (!"redis".equals(uri.getScheme()) && !"rediss".equals(uri.getScheme())) {
      throw new IllegalArgumentException("uri: redis:// or rediss://");
    }
    if (!timeout.isPositive() || !coolDown.isPositive()) {
      throw new IllegalArgumentException("timeout and cool-down: must be positive");
    }
    if (replicas <= 0 || mostBuckets <= 0) {
      throw new IllegalArgumentException("replicas and most-buckets: must be positive");
    }
  }

  /// With the usual time-out and cool-down.
  public RedisSettings(URI uri, int replicas) {
    this(uri, TIMEOUT, COOL_DOWN, replicas, 100_000);
  }
}
