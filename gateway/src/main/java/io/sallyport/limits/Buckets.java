package io.sallyport.limits;

import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/// The buckets of one limit by key: a bounded number of them. Lock-free for keys that have a
/// bucket.
///
/// A bucket that is full again is the same as none, so each new key sweeps a few such away, and no
/// caller ever gains by it. While so many keys are in use that there is no room, new ones share
/// [#SHARED] buckets by their hash: they may get less than the quota, never more.
final class Buckets {
  private static final int SHARED = 1024;
  private static final int SWEPT_AT_ONCE = 8;

  private final int most;
  private final ConcurrentHashMap<String, Bucket> byKey = new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();
  private final Bucket[] shared = new Bucket[SHARED];
  private final ReentrantLock sweeping = new ReentrantLock();
  private Iterator<Map.Entry<String, Bucket>> hand = byKey.entrySet().iterator();

  /// @param most buckets that are kept
  Buckets(int most) {
    this.most = most;
    for (int i = 0; i < SHARED; i++) {
      shared[i] = new Bucket();
    }
  }

  /// The bucket of this key. It may be swept away before it is moved; then ask again.
  Bucket of(String key, long now) {
    Bucket bucket = byKey.get(key);
    if (bucket != null && bucket.isGone()) {
      drop(key, bucket);
      bucket = null;
    }
    return bucket != null ? bucket : added(key, now);
  }

  int size() {
    return size.get();
  }

  private Bucket added(String key, long now) {
    sweepSome(now);
    if (size.get() >= most) {
      return shared[Math.floorMod(key.hashCode(), SHARED)];
    }
    Bucket fresh = new Bucket();
    Bucket before = byKey.putIfAbsent(key, fresh);
    if (before != null) {
      return before;
    }
    size.incrementAndGet();
    return fresh;
  }

  private void sweepSome(long now) {
    if (!sweeping.tryLock()) {
      return;
    }
    try {
      for (int i = 0; i < SWEPT_AT_ONCE; i++) {
        if (!hand.hasNext()) {
          hand = byKey.entrySet().iterator();
          if (!hand.hasNext()) {
            return;
          }
        }
        Map.Entry<String, Bucket> entry = hand.next();
        if (entry.getValue().goneIfFull(now) && byKey.remove(entry.getKey(), entry.getValue())) {
          size.decrementAndGet();
        }
      }
    } finally {
      sweeping.unlock();
    }
  }

  private void drop(String key, Bucket gone) {
    if (byKey.remove(key, gone)) {
      size.decrementAndGet();
    }
  }

  /// One bucket: the tick at which it will be full again.
  static final class Bucket {
    private static final long GONE = Long.MIN_VALUE;

    private final AtomicLong fullAt = new AtomicLong();

    long fullAt() {
      return fullAt.get();
    }

    /// Moves the bucket, unless somebody else did, or it was swept away.
    boolean move(long before, long after) {
      return before != GONE && fullAt.compareAndSet(before, after);
    }

    /// Gives back. A bucket swept away meanwhile was full: there is nothing to give.
    void back(long ticks) {
      long before = fullAt.get();
      while (before != GONE && !fullAt.compareAndSet(before, before - ticks)) {
        before = fullAt.get();
      }
    }

    private boolean isGone() {
      return fullAt.get() == GONE;
    }

    private boolean goneIfFull(long now) {
      long before = fullAt.get();
      return before <= now && move(before, GONE);
    }
  }
}
