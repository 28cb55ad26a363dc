package io.sallyport.limits.redis;

import io.sallyport.limits.Allowance;
import io.sallyport.limits.Allowance.Exhausted;
import io.sallyport.limits.Allowance.Granted;
import io.sallyport.limits.Allowance.Quota;
import io.sallyport.limits.redis.Reply.Refused;
import io.sallyport.limits.redis.Reply.Standing;
import io.sallyport.limits.redis.Reply.Taken;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What this process holds of one bucket: requests that the store has counted already and that may
/// be granted here. To take one is lock-free.
///
/// The store is asked for more by one question at a time. It asks for every request that waits, and
/// when the bucket is in use also for so many that [Terms#most] are held; those that come meanwhile
/// wait for its answer, and after that for at most one more. What is held is granted for [#LIFE]
/// after the question. What has not been granted then is kept when the store answers the next
/// question soon, else given back. When the store refuses, or gives less than was asked for,
/// nothing is left: until the time it tells, at most [#LIFE], requests are refused here.
///
/// Times are in nanoseconds of a clock that starts at zero or later.
final class Lease {
  static final long LIFE = TimeUnit.SECONDS.toNanos(1);

  /// A bucket that is asked for again within this time is in use.
  private static final long IN_USE = LIFE / 4;

  private static final long GRACE = LIFE / 2;

  private static final long NEVER = Long.MIN_VALUE / 2;

  /// Below these bits of [#held] is how many are held, above them until when: a time whose last
  /// millisecond is cut off.
  private static final int BITS = 20;

  private static final long COUNT = (1L << BITS) - 1;
  static final int MOST = (int) COUNT;

  private final String key;
  private final Leases leases;

  private final AtomicLong held = new AtomicLong();
  private volatile long fullAt;
  private volatile long nothingUntil = NEVER;
  private volatile boolean asking;

  // The rest belongs to whoever holds this object's monitor; nobody calls out under it.
  private List<CompletableFuture<Allowance>> waiting = new ArrayList<>(0);
  private long askedAt = NEVER;
  private int coming;
  private boolean gone;

  Lease(String key, Leases leases) {
    this.key = key;
    this.leases = leases;
  }

  /// Takes one of those held, and asks for more when they come to an end.
  ///
  /// @return how the bucket stands; null when none is held
  @Nullable Quota take(long now) {
    Terms terms = leases.terms();
    int left = takeHeld(now);
    if (left < 0) {
      return null;
    }
    if (left <= terms.low() && !asking && now - nothingUntil >= 0) {
      askAhead(now);
    }
    return quota(terms, left, now);
  }

  /// How many are left, or -1 when none is held.
  private int takeHeld(long now) {
    long before = held.get();
    while (isLive(before, now)) {
      if (held.compareAndSet(before, before - 1)) {
        return count(before) - 1;
      }
      before = held.get();
    }
    return -1;
  }

  /// The refusal that the store has told lately, if it still holds.
  @Nullable Exhausted refusal(long now) {
    return now - nothingUntil < 0 && leases.store().answers()
        ? exhausted(leases.terms(), now)
        : null;
  }

  /// One request that waits for the store's answer. Ends in an error when the store does not answer
  /// or may not be asked.
  ///
  /// @return null: this lease was swept away; look for another
  @Nullable CompletableFuture<Allowance> await(long now) {
    Terms terms = leases.terms();
    var answer = new CompletableFuture<Allowance>();
    Question question;
    synchronized (this) {
      if (gone) {
        return null;
      }
      int left = takeHeld(now);
      if (left >= 0) {
        return CompletableFuture.completedFuture(new Granted(quota(terms, left, now), false));
      }
      Exhausted exhausted = refusal(now);
      if (exhausted != null) {
        return CompletableFuture.completedFuture(exhausted);
      }
      if (asking ? !leases.store().answers() : !leases.store().mayAsk(now)) {
        return CompletableFuture.failedFuture(new IllegalStateException("Redis does not answer"));
      }
      waiting.add(answer);
      if (asking) {
        return answer;
      }
      question = question(terms, now, now - askedAt < IN_USE);
    }
    ask(terms, question);
    return answer;
  }

  /// Tells that a request of this bucket was decided elsewhere, by a question about several.
  void passedBy(long now) {
    boolean inUse;
    synchronized (this) {
      inUse = now - askedAt < IN_USE;
      askedAt = asking ? askedAt : now;
    }
    if (inUse && leases.terms().most() > 0 && now - nothingUntil >= 0) {
      askAhead(now);
    }
  }

  /// Takes back what was taken here and not granted.
  void putBack(long now) {
    if (!keeps(now)) {
      leases.store().giveBack(List.of(charge(1)));
    }
  }

  private synchronized boolean keeps(long now) {
    long before = held.get();
    while (isLive(before + 1, now) && count(before) + coming < leases.terms().most()) {
      if (held.compareAndSet(before, before + 1)) {
        return true;
      }
      before = held.get();
    }
    return false;
  }

  /// What expired some time ago, to be given back; null: nothing. Until then a request that asks
  /// for itself keeps the lease.
  synchronized @Nullable Charge expired(long now) {
    return asking || isLive(held.get(), now - GRACE) ? null : giveAll();
  }

  /// All that is held, to be given back; null: nothing.
  synchronized @Nullable Charge giveAll() {
    int all = count(held.getAndSet(0));
    return all == 0 ? null : charge(all);
  }

  /// Whether nothing is known or held here any more. Then it never will be again.
  synchronized boolean goneIfIdle(long now) {
    gone |= !asking && count(held.get()) == 0 && now - askedAt > LIFE && now - nothingUntil >= 0;
    return gone;
  }

  /// Remembers that the store has nothing left.
  ///
  /// @param asked when it was: it cannot have said so before
  Exhausted refused(long asked, Refused reply, long now) {
    Terms terms = leases.terms();
    stands(terms, reply.fullAt() - reply.now(), now);
    nothingLeft(terms, asked, reply.fullAt() - reply.now());
    return exhausted(terms, now);
  }

  private void askAhead(long now) {
    Terms terms = leases.terms();
    Question question;
    synchronized (this) {
      if (asking || gone || count(held.get()) > terms.low() || !leases.store().mayAsk(now)) {
        return;
      }
      question = question(terms, now, true);
    }
    ask(terms, question);
  }

  private Question question(Terms terms, long now, boolean inUse) {
    coming = inUse ? Math.max(0, terms.most() - count(held.get())) : 0;
    askedAt = now;
    asking = true;
    return new Question(now, waiting.size(), coming);
  }

  private void ask(Terms terms, Question question) {
    leases
        .store()
        .take(List.of(charge(question.all())), question.waiting)
        .whenComplete(
            (reply, error) -> {
              if (error == null) {
                answered(terms, question, reply);
              } else {
                unanswered(error);
              }
            });
  }

  private void answered(Terms terms, Question question, Reply reply) {
    long now = leases.store().now();
    Answered answered;
    synchronized (this) {
      answered = share(terms, question, reply, now);
    }
    if (answered.tooMany > 0) {
      leases.store().giveBack(List.of(charge(answered.tooMany)));
    }
    if (answered.next != null) {
      ask(terms, answered.next);
    }
    int behind = answered.held + answered.served.size();
    for (CompletableFuture<Allowance> each : answered.served) {
      behind--;
      each.complete(new Granted(quota(terms, behind, now), false));
    }
    for (CompletableFuture<Allowance> each : answered.refused) {
      each.complete(exhausted(terms, now));
    }
  }

  /// First those who wait, in their order, then what is held.
  private Answered share(Terms terms, Question question, Reply reply, long now) {
    int all = count(held.getAndSet(0));
    boolean more = false;
    switch (reply) {
      case Refused refused -> refused(question.at, refused, now);
      case Taken(long then, List<Standing> buckets) -> {
        Standing bucket = buckets.getFirst();
        all += bucket.taken();
        more = bucket.taken() >= question.all();
        stands(terms, bucket.fullAt() - then, now);
        if (!more) {
          nothingLeft(terms, question.at, bucket.fullAt() - then);
        }
      }
    }
    asking = false;
    coming = 0;
    int passing = Math.min(all, waiting.size());
    List<CompletableFuture<Allowance>> served = List.copyOf(waiting.subList(0, passing));
    List<CompletableFuture<Allowance>> left =
        new ArrayList<>(waiting.subList(passing, waiting.size()));
    int kept = Math.min(all - passing, terms.most());
    held.set(((question.at + LIFE) & ~COUNT) | kept);
    waiting = more ? left : new ArrayList<>(0);
    return new Answered(
        served,
        more ? List.of() : left,
        more && !left.isEmpty() ? question(terms, now, true) : null,
        kept,
        all - passing - kept);
  }

  private void unanswered(Throwable error) {
    List<CompletableFuture<Allowance>> left;
    synchronized (this) {
      left = waiting;
      waiting = new ArrayList<>(0);
      asking = false;
      coming = 0;
    }
    left.forEach(each -> each.completeExceptionally(error));
  }

  /// @param ticks until the store's bucket is full again
  private void stands(Terms terms, long ticks, long now) {
    fullAt = Terms.ticks(now) + Math.min(ticks, terms.gcra().tolerance());
  }

  private void nothingLeft(Terms terms, long asked, long ticks) {
    long wait = ticks + terms.gcra().interval() - terms.gcra().tolerance();
    nothingUntil = asked + Terms.nanos(Math.min(wait, Terms.ticks(LIFE)));
  }

  private Quota quota(Terms terms, int left, long now) {
    return terms
        .gcra()
        .quota(
            terms.limit(), fullAt - left * terms.gcra().interval(), Terms.ticks(now), Terms.TICK);
  }

  private Exhausted exhausted(Terms terms, long now) {
    return terms.gcra().exhausted(terms.limit(), fullAt, Terms.ticks(now), Terms.TICK);
  }

  private Charge charge(int requests) {
    return new Charge(leases.bucket(key), leases.terms(), requests);
  }

  private static int count(long held) {
    return (int) (held & COUNT);
  }

  private static boolean isLive(long held, long now) {
    return (held & COUNT) > 0 && (held & ~COUNT) - now > 0;
  }

  /// @param waiting requests that wait for the answer
  /// @param coming requests that are to be held
  private record Question(long at, int waiting, int coming) {
    int all() {
      return waiting + coming;
    }
  }

  private record Answered(
      List<CompletableFuture<Allowance>> served,
      List<CompletableFuture<Allowance>> refused,
      @Nullable Question next,
      int held,
      int tooMany) {}
}
