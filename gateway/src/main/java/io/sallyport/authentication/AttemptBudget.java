package io.sallyport.authentication;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Bounds how many signatures are checked, so that a flood of bad tokens starves nobody: for each
/// connection, for each source address, and in all. Lock-free; memory is fixed.
///
/// Each bound is a GCRA whose whole state is one number: when the bucket will be empty again.
/// Sources share [#SOURCES] buckets by a keyed hash: two that meet in one bucket share its rate,
/// and nobody can choose whom to meet.
final class AttemptBudget {
  private static final int SOURCES = 1 << 16;

  private final Rate connection;
  private final Rate source;
  private final Rate all;
  private final Predicate<InetAddress> exempt;
  private final LongSupplier nanos;
  private final AtomicLongArray sources = new AtomicLongArray(SOURCES);
  private final AtomicLongArray everybody = new AtomicLongArray(1);
  private final long hashKey = new SecureRandom().nextLong();

  /// @param nanos a clock that never runs backwards, starting at zero or later
  AttemptBudget(TokenSettings settings, LongSupplier nanos) {
    this.connection = new Rate(settings.checksPerConnection());
    this.source = new Rate(settings.checksPerSource());
    this.all = new Rate(settings.checksInAll());
    this.exempt = settings.exempt();
    this.nanos = nanos;
  }

  /// Asks for one signature check; null when it is granted, else which bound says no. The narrowest
  /// bound is asked first, so that who is over its own takes nothing from all.
  @Nullable String exceeded(CredentialMemory memory, InetAddress from) {
    long now = nanos.getAsLong();
    long next = connection.after(memory.checks, now);
    if (next < 0) {
      return "connection";
    }
    memory.checks = next;
    if (!exempt.test(from) && !take(sources, bucket(from), source, now)) {
      return "source";
    }
    return take(everybody, 0, all, now) ? null : "all";
  }

  private static boolean take(AtomicLongArray buckets, int index, Rate rate, long now) {
    while (true) {
      long before = buckets.get(index);
      long after = rate.after(before, now);
      if (after < 0) {
        return false;
      }
      if (buckets.compareAndSet(index, before, after)) {
        return true;
      }
    }
  }

  /// An IPv6 host has its whole /64 to send from.
  private int bucket(InetAddress from) {
    byte[] address = from.getAddress();
    int length = from instanceof Inet6Address ? 8 : address.length;
    long hash = hashKey ^ Arrays.hashCode(Arrays.copyOf(address, length));
    hash = (hash ^ (hash >>> 32)) * 0x9E3779B97F4A7C15L;
    return (int) (hash >>> 48);
  }

  /// So many per second, in bursts of up to twice as many.
  private record Rate(long interval, long tolerance) {
    Rate(int perSecond) {
      this(TimeUnit.SECONDS.toNanos(1) / perSecond, TimeUnit.SECONDS.toNanos(2));
    }

    /// The bucket's state after one more; negative when that would be too many.
    long after(long before, long now) {
      long after = Math.max(before, now) + interval;
      return after - now > tolerance ? -1 : after;
    }
  }
}
