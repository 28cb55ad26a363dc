package io.sallyport.listener;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The connections of one event loop, looked at on every tick: one timer for all of them instead of
/// one for each request. A time-out is late by one tick at most; a request pays one store of a
/// coarse clock.
///
/// Used on its event loop only.
final class LoopWatch implements Runnable {
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

  /// Visits all of them; they may leave meanwhile.
  void forEach(Consumer<Watched> visitor) {
    new ArrayList<>(watched).forEach(visitor);
  }
}
