package io.sallyport.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoop;
import java.util.IdentityHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Everything of one event loop: its pools, its streams, and the one timer that watches them all.
///
/// A request sets no timer. While there is anything to watch, the loop looks at every stream each
/// [#TICK], so a time-out comes at most two ticks late and never early.
final class LoopConnections {
  static final long TICK = TimeUnit.MILLISECONDS.toNanos(25);

  private final EventLoop eventLoop;
  private final Bootstrap connector;
  private final PoolSettings settings;
  private final IdentityHashMap<Destination, Pool> pools = new IdentityHashMap<>();
  private @Nullable TimedStream first;
  private long now;
  private boolean ticking;
  private boolean closing;

  LoopConnections(EventLoop eventLoop, Bootstrap connector, PoolSettings settings) {
    this.eventLoop = eventLoop;
    this.connector = connector.clone(eventLoop);
    this.settings = settings;
  }

  EventLoop eventLoop() {
    return eventLoop;
  }

  Bootstrap connector() {
    return connector;
  }

  Pool pool(Destination destination) {
    Pool pool = pools.get(destination);
    if (pool == null) {
      pool =
          switch (destination.protocol()) {
            case H1 -> new Http1Pool(destination, this, settings);
            case H2, H2C -> new H2Pool(destination, this, settings);
          };
      pools.put(destination, pool);
    }
    return pool;
  }

  int inFlight(Destination destination) {
    Pool pool = pools.get(destination);
    return pool == null ? 0 : pool.inFlight();
  }

  /// The time, up to one tick old.
  long now() {
    return now;
  }

  /// When something that takes this long, and begins now, is surely late.
  long deadline(long nanos) {
    return now + TICK + nanos;
  }

  void add(TimedStream stream) {
    if (!ticking) {
      ticking = true;
      now = System.nanoTime();
      eventLoop.schedule(this::tick, TICK, TimeUnit.NANOSECONDS);
    }
    stream.next = first;
    if (first != null) {
      first.previous = stream;
    }
    first = stream;
  }

  void remove(TimedStream stream) {
    if (stream.previous != null) {
      stream.previous.next = stream.next;
    } else if (first == stream) {
      first = stream.next;
    }
    if (stream.next != null) {
      stream.next.previous = stream.previous;
    }
    stream.next = null;
    stream.previous = null;
  }

  boolean closing() {
    return closing;
  }

  /// Closes what is idle, and what is busy when it comes to rest.
  void close() {
    closing = true;
    for (Pool pool : pools.values()) {
      pool.closeIdle(System.nanoTime());
    }
  }

  private void tick() {
    now = System.nanoTime();
    try {
      checkStreams();
      checkPools();
    } finally {
      // Whatever a receiver does, the others' time goes on being watched.
      if (pools.isEmpty()) {
        ticking = false;
      } else {
        eventLoop.schedule(this::tick, TICK, TimeUnit.NANOSECONDS);
      }
    }
  }

  private void checkStreams() {
    TimedStream stream = first;
    while (stream != null) {
      // A stream that fails leaves the list, and its receiver may end others.
      TimedStream after = stream.next;
      stream.checkTime(now);
      stream = after != null && after.over() ? first : after;
    }
  }

  private void checkPools() {
    var each = pools.values().iterator();
    while (each.hasNext()) {
      Pool pool = each.next();
      pool.closeIdle(now - pool.idleNanos());
      if (pool.empty() && pool.inFlight() == 0) {
        each.remove();
      }
    }
  }
}
