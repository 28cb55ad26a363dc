package io.sallyport.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sallyport.async.Answer;
import io.sallyport.limits.Allowance;
import io.sallyport.limits.Limiter;
import io.sallyport.limits.redis.RedisLimiter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A limiter whose answers are counted, by limit: `sallyport_limit_decisions_total{limit,outcome}`.
///
/// Answers are passed on as they are. Thread-safe, never blocks: a look into a map and a striped
/// addition for each limit of a request.
public final class LimitMeters implements Limiter {
  private final Limiter limiter;
  private final MeterRegistry registry;
  private final ConcurrentHashMap<String, Counters> limits = new ConcurrentHashMap<>();

  public LimitMeters(Limiter limiter, MeterRegistry registry) {
    this.limiter = limiter;
    this.registry = registry;
  }

  /// Shows how the shared store does; read when the meters are scraped.
  public static void register(MeterRegistry registry, RedisLimiter limiter) {
    FunctionCounter.builder("sallyport.limit.store.failures", limiter, RedisLimiter::failures)
        .description("Times that Redis was asked and did not answer well or in time")
        .register(registry);
    Gauge.builder("sallyport.limit.store.up", limiter, redis -> redis.answers() ? 1 : 0)
        .description("1 while limits are decided in Redis, 0 while they are degraded")
        .register(registry);
  }

  @Override
  public Answer<Allowance> take(List<Take> takes) {
    return switch (limiter.take(takes)) {
      case Answer.Ready<Allowance> ready -> {
        count(takes, ready.value());
        yield ready;
      }
      case Answer.Pending<Allowance>(var value) ->
          new Answer.Pending<>(value.doOnNext(allowance -> count(takes, allowance)));
    };
  }

  private void count(List<Take> takes, Allowance allowance) {
    switch (allowance) {
      case Allowance.Granted(_, boolean degraded) -> {
        for (Take take : takes) {
          Counters counters = of(take.limit().id());
          (degraded ? counters.degraded : counters.granted).increment();
        }
      }
      case Allowance.Exhausted exhausted -> of(exhausted.limit().id()).exhausted.increment();
      case Allowance.Unavailable unavailable ->
          of(unavailable.limit().id()).unavailable.increment();
    }
  }

  /// Forgets the meters of limits that a new bundle no longer has.
  public void retain(Set<String> limitIds) {
    limits
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !limitIds.contains(entry.getKey());
              if (gone) {
                entry.getValue().all().forEach(registry::remove);
              }
              return gone;
            });
  }

  private Counters of(String limit) {
    Counters known = limits.get(limit);
    return known != null
        ? known
        : limits.computeIfAbsent(
            limit,
            id ->
                new Counters(
                    counter(id, "granted"),
                    counter(id, "degraded"),
                    counter(id, "exhausted"),
                    counter(id, "unavailable")));
  }

  private Counter counter(String limit, String outcome) {
    return Counter.builder("sallyport.limit.decisions")
        .description(
            "What limits decided: granted, degraded (granted without the store), exhausted, unavailable")
        .tag("limit", limit)
        .tag("outcome", outcome)
        .register(registry);
  }

  private record Counters(
      Counter granted, Counter degraded, Counter exhausted, Counter unavailable) {
    List<Counter> all() {
      return List.of(granted, degraded, exhausted, unavailable);
    }
  }
}
