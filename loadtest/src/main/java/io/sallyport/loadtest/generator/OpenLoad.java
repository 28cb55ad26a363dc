package io.sallyport.loadtest.generator;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// Sends requests when they are due and reckons their latency from then on, so that a server that
/// stalls is charged for everyone who would have come meanwhile (no coordinated omission).
///
/// A due request goes to the next connection with room, else it waits, first come first served. One
/// that is not answered within the bound counts as an error, and as having taken the bound; so does
/// one that is lost. A connection that ends is opened again.
final class OpenLoad implements Work {
  private static final int SIGNIFICANT_DIGITS = 3;
  private static final Duration REOPEN_AFTER = Duration.ofMillis(100);
  private static final Duration LOOK_AFTER_THE_END = Duration.ofMillis(5);
  private static final long MOST_OUTSTANDING = 4_000_000;

  private final Dialer dialer;
  private final Schedule schedule;
  private final int expect;
  private final int connectionCount;
  private final int mostStreams;
  private final long boundNanos;

  private final List<Connection> connections = new ArrayList<>();
  private final ArrayDeque<Exchange> outstanding = new ArrayDeque<>();
  private final ArrayDeque<Exchange> waiting = new ArrayDeque<>();
  private final ArrayDeque<Exchange> unused = new ArrayDeque<>();
  private final CompletableFuture<Latencies> done = new CompletableFuture<>();
  private final Histogram latencies;
  private final Histogram lateness = new Histogram(SIGNIFICANT_DIGITS);
  private final Runnable tick = this::tick;

  private boolean started;
  private long start;
  private long next;
  private int turn;
  private long errors;

  /// @param bound how long an answer is waited for
  /// @param mostStreams at a time on each HTTP/2 connection
  OpenLoad(
      Dialer dialer,
      Target target,
      Schedule schedule,
      int connections,
      int mostStreams,
      Duration bound) {
    if (connections < 1 || connections > 10_000) {
      throw new IllegalArgumentException("connections: 1 to 10000");
    }
    if (mostStreams < 1) {
      throw new IllegalArgumentException("streams: at least 1");
    }
    if (!bound.isPositive() || schedule.dueNanos(MOST_OUTSTANDING) < bound.toNanos()) {
      throw new IllegalArgumentException(
          "bound: more than 0, and at most " + MOST_OUTSTANDING + " requests due in it");
    }
    this.dialer = dialer;
    this.schedule = schedule;
    this.expect = target.expect();
    this.connectionCount = connections;
    this.mostStreams = mostStreams;
    this.boundNanos = bound.toNanos();
    this.latencies = new Histogram(Math.max(2, boundNanos), SIGNIFICANT_DIGITS);
  }

  /// Opens the connections; the schedule starts when the last one is open.
  CompletableFuture<Latencies> run() {
    dialer
        .loop()
        .execute(
            () -> {
              for (int i = 0; i < connectionCount; i++) {
                dialer.open(this, mostStreams);
              }
            });
    return done;
  }

  /// How late requests left after they were due although a connection had room: the generator's own
  /// part in the latencies. Read after the run.
  Histogram lateness() {
    return lateness;
  }

  @Override
  public void opened(Connection connection) {
    connections.add(connection);
    if (!started && connections.size() == connectionCount) {
      started = true;
      start = System.nanoTime();
      dialer.loop().execute(tick);
    }
  }

  @Override
  public void closed(Connection connection, String why) {
    connections.remove(connection);
    if (done.isDone()) {
      return;
    }
    if (started) {
      dialer
          .loop()
          .schedule(
              () -> dialer.open(this, mostStreams), REOPEN_AFTER.toMillis(), TimeUnit.MILLISECONDS);
    } else {
      done.completeExceptionally(new IllegalStateException("a connection did not open: " + why));
    }
  }

  private void tick() {
    try {
      long now = System.nanoTime();
      send(now);
      expire(now);
      if (next < schedule.count()) {
        long due = start + schedule.dueNanos(next) - System.nanoTime();
        dialer.loop().schedule(tick, Math.max(0, due), TimeUnit.NANOSECONDS);
      } else if (!outstanding.isEmpty()) {
        dialer.loop().schedule(tick, LOOK_AFTER_THE_END.toMillis(), TimeUnit.MILLISECONDS);
      } else {
        done.complete(Latencies.of(latencies, errors));
      }
    } catch (RuntimeException e) {
      done.completeExceptionally(e);
    }
  }

  private void send(long now) {
    while (next < schedule.count() && start + schedule.dueNanos(next) <= now) {
      Exchange exchange = unused.isEmpty() ? new Exchange() : unused.poll();
      exchange.reuse(start + schedule.dueNanos(next), next >= schedule.uncounted());
      next++;
      outstanding.add(exchange);
      // Whoever waits has looked at every connection already.
      Connection free = waiting.isEmpty() ? connectionWithRoom() : null;
      if (free == null) {
        waiting.add(exchange);
      } else {
        lateness.recordValue(now - exchange.due);
        free.ask(exchange);
        free.flush();
      }
    }
  }

  private @org.jspecify.annotations.Nullable Connection connectionWithRoom() {
    for (int i = 0; i < connections.size(); i++) {
      turn = turn + 1 < connections.size() ? turn + 1 : 0;
      Connection connection = connections.get(turn);
      if (connection.hasRoom()) {
        return connection;
      }
    }
    return null;
  }

  /// All have the same bound, so the first that is due is the first that is over.
  private void expire(long now) {
    Exchange first;
    while ((first = outstanding.peek()) != null
        && (first.settled || now - first.due >= boundNanos)) {
      outstanding.remove();
      if (!first.settled) {
        settle(first, boundNanos, true);
        if (first.connection == null) {
          waiting.remove(first);
        } else {
          first.connection.abandon(first);
        }
      }
      unused.push(first);
    }
  }

  @Override
  public void turn(Connection connection) {
    while (connection.hasRoom() && !waiting.isEmpty()) {
      connection.ask(waiting.remove());
    }
  }

  @Override
  public void answered(Exchange exchange, int status) {
    settle(exchange, System.nanoTime() - exchange.due, status != expect);
  }

  @Override
  public void lost(Exchange exchange) {
    settle(exchange, boundNanos, true);
  }

  @Override
  public void again(Exchange exchange) {
    exchange.connection = null;
    waiting.addFirst(exchange);
  }

  private void settle(Exchange exchange, long nanos, boolean error) {
    if (!exchange.settled) {
      exchange.settled = true;
      if (exchange.counted) {
        latencies.recordValue(Math.min(nanos, boundNanos));
        errors += error ? 1 : 0;
      }
    }
  }
}
