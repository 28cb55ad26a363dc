package io.sallyport.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sallyport.policy.Reason;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Counts and times requests: `sallyport_requests_total{route,reason,status}` and
/// `sallyport_request_seconds{route,phase}`.
///
/// Thread-safe, never blocks. A known combination costs two array reads and a few striped
/// additions.
public final class RequestMeters {
  /// The route label of requests that belong to no route.
  private static final String NO_ROUTE = "none";

  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(10)
  };

  private final MeterRegistry registry;
  private final ConcurrentHashMap<String, RouteMeters> routes = new ConcurrentHashMap<>();

  public RequestMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /// Counts one finished request.
  ///
  /// @param route id of its route; null when it belongs to none
  /// @param reason null when it was not refused
  /// @param status 0 when nothing could be answered
  /// @param upstreamNanos from permit to the first byte of the backend's answer; 0 when none was
  ///   asked
  public void finished(
      @Nullable String route,
      @Nullable Reason reason,
      int status,
      long admissionNanos,
      long upstreamNanos,
      long totalNanos) {
    String label = route == null ? NO_ROUTE : route;
    RouteMeters meters = routes.get(label);
    if (meters == null) {
      meters = routes.computeIfAbsent(label, id -> new RouteMeters(registry, id));
    }
    meters.finished(reason, status, admissionNanos, upstreamNanos, totalNanos);
  }

  /// Forgets the meters of routes that a new bundle no longer has, so that reloads cannot grow
  /// memory without bound.
  public void retain(Set<String> routeIds) {
    routes
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !entry.getKey().equals(NO_ROUTE) && !routeIds.contains(entry.getKey());
              if (gone) {
                entry.getValue().remove();
              }
              return gone;
            });
  }

  /// The meters of one route, found by array index instead of by label.
  private static final class RouteMeters {
    private static final int REASONS = Reason.values().length + 1;
    private static final int STATUSES = 600;

    private final MeterRegistry registry;
    private final String route;
    private final Timer admission;
    private final Timer upstream;
    private final Timer total;
    private final AtomicReferenceArray<@Nullable AtomicReferenceArray<@Nullable Counter>> counters =
        new AtomicReferenceArray<>(REASONS);

    RouteMeters(MeterRegistry registry, String route) {
      this.registry = registry;
      this.route = route;
      this.admission = timer("admission");
      this.upstream = timer("upstream");
      this.total = timer("total");
    }

    private Timer timer(String phase) {
      return Timer.builder("sallyport.request")
          .description("How long requests took, by phase: admission, upstream (first byte), total")
          .tag("route", route)
          .tag("phase", phase)
          .serviceLevelObjectives(BUCKETS)
          .register(registry);
    }

    void finished(
        @Nullable Reason reason,
        int status,
        long admissionNanos,
        long upstreamNanos,
        long totalNanos) {
      counter(reason, status).increment();
      admission.record(admissionNanos, TimeUnit.NANOSECONDS);
      if (upstreamNanos > 0) {
        upstream.record(upstreamNanos, TimeUnit.NANOSECONDS);
      }
      total.record(totalNanos, TimeUnit.NANOSECONDS);
    }

    @SuppressWarnings("EnumOrdinal") // an index into an array of this run, never stored
    private Counter counter(@Nullable Reason reason, int status) {
      int row = reason == null ? 0 : reason.ordinal() + 1;
      int column = status > 0 && status < STATUSES ? status : 0;
      AtomicReferenceArray<@Nullable Counter> byStatus = counters.get(row);
      if (byStatus == null) {
        counters.compareAndSet(row, null, new AtomicReferenceArray<>(STATUSES));
        return counter(reason, status);
      }
      Counter counter = byStatus.get(column);
      if (counter == null) {
        counter =
            Counter.builder("sallyport.requests")
                .description("Requests by route, reason of refusal (empty: none) and status")
                .tag("route", route)
                .tag("reason", reason == null ? "" : reason.word())
                .tag("status", Integer.toString(column))
                .register(registry);
        byStatus.set(column, counter);
      }
      return counter;
    }

    void remove() {
      registry.remove(admission);
      registry.remove(upstream);
      registry.remove(total);
      for (int row = 0; row < REASONS; row++) {
        AtomicReferenceArray<@Nullable Counter> byStatus = counters.get(row);
        for (int column = 0; byStatus != null && column < STATUSES; column++) {
          Counter counter = byStatus.get(column);
          if (counter != null) {
            registry.remove(counter);
          }
        }
      }
    }
  }
}
