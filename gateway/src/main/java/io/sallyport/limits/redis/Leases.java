package io.sallyport.limits.redis;

import io.sallyport.bundle.Limit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The leases of one limit by key: a bounded number of them. Lock-free for keys that have one.
///
/// While so many keys are in use that there is no room, new ones have none: each of their requests
/// asks the store. [#sweep] makes room.
final class Leases {
  private final SparedStore store;
  private final int mostLeases;
  private volatile Terms terms;
  private final ConcurrentHashMap<String, Lease> byKey = new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();

  /// @param mostLeases leases that are kept
  Leases(Terms terms, SparedStore store, int mostLeases) {
    this.terms = terms;
    this.store = store;
    this.mostLeases = mostLeases;
  }

  /// The lease of this key; null: there is no room for it.
  @Nullable Lease of(String key) {
    Lease lease = byKey.get(key);
    return lease != null ? lease : added(key);
  }

  /// Forgets a lease that was swept away.
  void drop(String key, Lease gone) {
    if (byKey.remove(key, gone)) {
      size.decrementAndGet();
    }
  }

  /// Drops what is idle, and takes away what was not granted in time.
  ///
  /// @return to be given back
  List<Charge> sweep(long now) {
    byKey.forEach(
        (key, lease) -> {
          if (lease.goneIfIdle(now)) {
            drop(key, lease);
          }
        });
    return taken(lease -> lease.expired(now));
  }

  /// Takes away all that is held.
  ///
  /// @return to be given back
  List<Charge> giveAll() {
    return taken(Lease::giveAll);
  }

  /// Whether this very definition is in force.
  @SuppressWarnings("ReferenceEquality") // The same definition is the same object until a reload.
  boolean isOf(Limit limit) {
    return terms.limit() == limit;
  }

  /// Goes on under the terms of a new definition, if they are the same.
  boolean goesOnUnder(Terms fresh) {
    boolean same = terms.sameAs(fresh);
    if (same) {
      terms = fresh;
    }
    return same;
  }

  Terms terms() {
    return terms;
  }

  SparedStore store() {
    return store;
  }

  int size() {
    return size.get();
  }

  /// Its name in the store.
  String bucket(String key) {
    return "sallyport:limit:" + terms.limit().id() + ':' + key;
  }

  private @Nullable Lease added(String key) {
    if (size.get() >= mostLeases) {
      return null;
    }
    Lease fresh = new Lease(key, this);
    Lease before = byKey.putIfAbsent(key, fresh);
    if (before != null) {
      return before;
    }
    size.incrementAndGet();
    return fresh;
  }

  private List<Charge> taken(Function<Lease, @Nullable Charge> take) {
    List<Charge> all = new ArrayList<>();
    for (Lease lease : byKey.values()) {
      Charge charge = take.apply(lease);
      if (charge != null) {
        all.add(charge);
      }
    }
    return all;
  }
}
