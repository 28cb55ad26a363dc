package io.sallyport.bench;

import io.sallyport.async.Answer;
import io.sallyport.bundle.Limit;
import io.sallyport.limits.Allowance;
import io.sallyport.limits.Limiter;
import io.sallyport.limits.LocalLimiter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// A local limit's answer, by how many keys take from it in turn.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LimiterBenchmark {
  @Param({"1", "100000"})
  public int keys = 1;

  private final Limiter limiter = new LocalLimiter(1, 1_000_000);
  private final Limit limit = withoutEnd();
  private List<List<Limiter.Take>> takes = List.of();
  private int next;

  @Setup
  public void known() {
    var all = new ArrayList<List<Limiter.Take>>();
    for (int i = 0; i < keys; i++) {
      all.add(List.of(new Limiter.Take(limit, "client" + i)));
    }
    takes = List.copyOf(all);
    takes.forEach(limiter::take);
  }

  @Benchmark
  public Answer<Allowance> take() {
    // Far jumps, so that neighbours in memory do not help.
    next = (int) ((next + 7919L) % keys);
    return limiter.take(takes.get(next));
  }

  /// A quota that even a benchmark's loop does not use up: it would measure refusals.
  private static Limit withoutEnd() {
    Limit given = Objects.requireNonNull(new BenchBundle().bundle().limits().get("per-client"));
    return new Limit(
        given.id(),
        given.key(),
        1_000_000_000,
        Duration.ofSeconds(1),
        1_000_000_000,
        given.storeDown());
  }
}
