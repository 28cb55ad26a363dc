package io.sallyport.limits.redis;

import io.sallyport.limits.redis.Reply.Refused;
import io.sallyport.limits.redis.Reply.Standing;
import io.sallyport.limits.redis.Reply.Taken;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// The scripts in memory, a network that delays, loses and reorders, and the time in which all that
/// happens. For one thread; nothing happens but by [#passes].
final class SimulatedRedis {
  static final long TIMEOUT = TimeUnit.MILLISECONDS.toNanos(50);

  /// Redis' clock has nothing to do with those of the replicas.
  private static final long EPOCH = 1_700_000_000_000_000L;

  private final Map<String, Long> fullAt = new HashMap<>();
  private final Map<String, Long> taken = new HashMap<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private long nanos;
  private long numbered;
  private int asked;

  /// How often in a hundred a command or its reply is lost or late.
  private int faults;

  boolean open = true;

  /// A connection of one replica.
  Store connection(Random random) {
    return new Connection(random);
  }

  void faults(int percent) {
    faults = percent;
  }

  long nanos() {
    return nanos;
  }

  /// How often something was taken or refused.
  int asked() {
    return asked;
  }

  /// Requests of a bucket that were taken and not given back, ever.
  long taken(String bucket) {
    return taken.getOrDefault(bucket, 0L);
  }

  void flush() {
    fullAt.clear();
  }

  /// Lets time pass, and what happens in it happen.
  void passes(long duration) {
    long end = nanos + duration;
    while (!events.isEmpty() && events.peek().at() <= end) {
      Event event = events.remove();
      nanos = event.at();
      event.what().run();
    }
    nanos = end;
  }

  private void after(long delay, Runnable what) {
    events.add(new Event(nanos + delay, numbered++, what));
  }

  private long ticks() {
    return EPOCH + nanos / 1000;
  }

  private Reply take(List<Charge> charges) {
    return take(charges, ticks());
  }

  /// As `take.lua` does.
  Reply take(List<Charge> charges, long now) {
    asked++;
    List<Standing> standings = new ArrayList<>();
    for (int i = 0; i < charges.size(); i++) {
      Charge charge = charges.get(i);
      long interval = charge.terms().gcra().interval();
      long full = Math.max(fullAt.getOrDefault(charge.bucket(), 0L), now);
      long fit = Math.floorDiv(now + charge.terms().gcra().tolerance() - full, interval);
      if (fit < 1) {
        return new Refused(now, i, full);
      }
      int some = (int) Math.min(fit, charge.requests());
      standings.add(new Standing(full + some * interval, some));
    }
    for (int i = 0; i < charges.size(); i++) {
      fullAt.put(charges.get(i).bucket(), standings.get(i).fullAt());
      taken.merge(charges.get(i).bucket(), (long) standings.get(i).taken(), Long::sum);
    }
    return new Taken(now, standings);
  }

  /// As `back.lua` does.
  private void giveBack(List<Charge> charges) {
    for (Charge charge : charges) {
      long ticks = charge.terms().gcra().interval() * charge.requests();
      fullAt.computeIfPresent(
          charge.bucket(), (_, full) -> full - ticks > ticks() ? full - ticks : null);
      taken.merge(charge.bucket(), (long) -charge.requests(), Long::sum);
    }
  }

  private record Event(long at, long number, Runnable what) {}

  private final class Connection implements Store {
    private final Random random;

    Connection(Random random) {
      this.random = random;
    }

    @Override
    public CompletableFuture<Reply> take(List<Charge> charges) {
      CompletableFuture<Reply> answer = new CompletableFuture<>();
      if (!open) {
        answer.completeExceptionally(new IllegalStateException("closed"));
        return answer;
      }
      after(TIMEOUT, () -> answer.completeExceptionally(new IllegalStateException("no answer")));
      if (isFaulty()) {
        switch (random.nextInt(3)) {
          case 0 -> {} // the command is lost
          case 1 -> after(delay(), () -> take(charges, ticks())); // the reply is lost
          default -> // both are late
              after(
                  TIMEOUT + 3 * delay(),
                  () -> {
                    Reply reply = SimulatedRedis.this.take(charges);
                    after(delay(), () -> answer.complete(reply));
                  });
        }
        return answer;
      }
      after(
          delay(),
          () -> {
            Reply reply = SimulatedRedis.this.take(charges);
            after(delay(), () -> answer.complete(reply));
          });
      return answer;
    }

    private void take(List<Charge> charges, long now) {
      SimulatedRedis.this.take(charges, now);
    }

    @Override
    public CompletableFuture<Void> giveBack(List<Charge> charges) {
      CompletableFuture<Void> given = new CompletableFuture<>();
      List<Charge> copy = List.copyOf(charges);
      if (!isFaulty()) {
        after(
            delay(),
            () -> {
              SimulatedRedis.this.giveBack(copy);
              given.complete(null);
            });
      }
      return given;
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void close() {}

    private boolean isFaulty() {
      return random.nextInt(100) < faults;
    }

    private long delay() {
      return 20_000L + random.nextInt(400_000);
    }
  }
}
