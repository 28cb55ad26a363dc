package io.sallyport.listener;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connections of one event loop, looked at on every tick: one timer for all of them instead of
/// one for each request. A time-out is late by one tick at most; a request pays one store of a
/// coarse clock.
///
/// Used on its event loop only.
final class LoopWatch implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(LoopWatch.class);

  private final EventLoop loop;
  private final long tickMillis;
  private final Set<Watched> watched = new LinkedHashSet<>();
  private @Nullable ScheduledFuture<?> ticking;
  private long now = System.nanoTime();

  /// A connection that is watched.
  interface Watched {
    /// Looks at its time-outs.
    ///
    /// @param now nanoseconds of the coarse clock
    void tick(long now);

    /// Takes no more requests, finishes those in flight, and closes.
    void drain();

    /// Closes at once.
    void close();
  }

  LoopWatch(EventLoop loop, long tickMillis) {
    this.loop = loop;
    this.tickMillis = tickMillis;
  }

  void add(Watched connection) {
    if (ticking == null) {
      now = System.nanoTime();
      ticking = loop.scheduleAtFixedRate(this, tickMillis, tickMillis, TimeUnit.MILLISECONDS);
    }
    watched.add(connection);
  }

  void remove(Watched connection) {
    watched.remove(connection);
    if (watched.isEmpty() && ticking != null) {
      ticking.cancel(false);
      ticking = null;
    }
  }

  /// Nanoseconds, exact to one tick.
  long now() {
    return now;
  }

  @Override
  public void run() {
    now = System.nanoTime();
    forEach(connection -> connection.tick(now));
  }

  /// Visits all of them; they may leave meanwhile. One that throws is closed: an exception here
  /// would end the tick, and with it every time-out of the loop, for good.
  void forEach(Consumer<Watched> visitor) {
    for (Watched connection : new ArrayList<>(watched)) {
      try {
        visitor.accept(connection);
      } catch (RuntimeException e) {
        LOG.error("a connection could not be looked after and is closed", e);
        watched.remove(connection);
        connection.close();
      }
    }
  }
}
