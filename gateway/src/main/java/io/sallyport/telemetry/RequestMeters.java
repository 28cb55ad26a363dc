package io.sallyport.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.sallyport.bundle.Bundle;
import io.sallyport.policy.Decision;
import io.sallyport.policy.Reason;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Counts and times requests: `sallyport_requests_total{route,reason,status}` and
/// `sallyport_request_seconds{route,phase}`; and what policies would have answered that decide
/// nothing: `sallyport_shadow_decisions_total{policy,rule,answer}`.
///
/// Thread-safe. A known combination blocks nobody and costs seven additions in a few neighbouring
/// cache lines: with many routes it is the lines that cost, not the additions (docs/adr/0015).
public final class RequestMeters {
  /// The route label of requests that belong to no route.
  private static final String NO_ROUTE = "none";

  private static final String SECONDS = "sallyport_request_seconds";

  private final MeterRegistry registry;
  private final ConcurrentHashMap<String, RouteMeters> routes = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Beside, Counter> besides = new ConcurrentHashMap<>();

  /// @param registry for the counters
  /// @param histograms for the durations: Micrometer has no histogram that is counted elsewhere
  public RequestMeters(MeterRegistry registry, PrometheusRegistry histograms) {
    this.registry = registry;
    histograms.register(this::seconds);
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

  /// Counts what shadow policies answered to one request.
  ///
  /// @param allowed what the policy that decides answered
  public void decidedBeside(boolean allowed, Map<String, Decision> shadows) {
    shadows.forEach(
        (policy, decision) -> {
          Beside key =
              switch (decision) {
                case Decision.Allowed(String rule) ->
                    new Beside(policy, rule, allowed ? "same" : "would-allow");
                case Decision.Denied(var _, String rule, String _) ->
                    new Beside(policy, rule, allowed ? "would-refuse" : "same");
              };
          besides.computeIfAbsent(key, this::counter).increment();
        });
  }

  private Counter counter(Beside key) {
    return Counter.builder("sallyport.shadow.decisions")
        .description(
            "What policies would have answered that decide nothing, beside the one that did")
        .tag("policy", key.policy())
        .tag("rule", key.rule())
        .tag("answer", key.answer())
        .register(registry);
  }

  /// @param rule the rule of the shadow that decided; empty when none did
  private record Beside(String policy, String rule, String answer) {}

  /// Forgets the meters of routes and shadow policies that a new bundle no longer has, so that
  /// reloads cannot grow memory without bound.
  public void retain(Set<String> routeIds, Set<String> policyIds) {
    // A candidate's go too, and come back with what it answers next.
    forget(policy -> !policyIds.contains(policy));
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

  /// Forgets what a candidate bundle answered: there is another one.
  public void forgetCandidate() {
    forget(policy -> policy.startsWith(Bundle.CANDIDATE));
  }

  private void forget(Predicate<String> policies) {
    besides
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = policies.test(entry.getKey().policy());
              if (gone) {
                registry.remove(entry.getValue());
              }
              return gone;
            });
  }

  private HistogramSnapshot seconds() {
    HistogramSnapshot.Builder all =
        HistogramSnapshot.builder()
            .name(SECONDS)
            .help("How long requests took, by phase: admission, upstream (first byte), total");
    routes.forEach((route, meters) -> meters.durations.read(route).forEach(all::dataPoint));
    return all.build();
  }

  /// The meters of one route.
  private static final class RouteMeters {
    /// More than a route usually has of them. A power of two.
    private static final int ENDINGS = 16;

    private static final int STATUSES = 600;

    private final MeterRegistry registry;
    private final String route;
    final RouteDurations durations = new RouteDurations();
    private final AtomicReferenceArray<@Nullable Ending> endings =
        new AtomicReferenceArray<>(ENDINGS);

    /// The ending that came first, which is most often the one that comes: saves the table's lines.
    private volatile @Nullable Ending usual;

    private boolean removed;

    RouteMeters(MeterRegistry registry, String route) {
      this.registry = registry;
      this.route = route;
    }

    void finished(
        @Nullable Reason reason,
        int status,
        long admissionNanos,
        long upstreamNanos,
        long totalNanos) {
      ending(reason, status).increment();
      durations.add(admissionNanos, upstreamNanos, totalNanos);
    }

    @SuppressWarnings("EnumOrdinal") // a place in a table of this run, never stored
    private Ending ending(@Nullable Reason reason, int status) {
      int told = status > 0 && status < STATUSES ? status : 0;
      Ending expected = usual;
      if (expected != null && expected.reason == reason && expected.status == told) {
        return expected;
      }
      int slot = (told + (reason == null ? 0 : 31 * (reason.ordinal() + 1))) & (ENDINGS - 1);
      Ending first = endings.get(slot);
      for (Ending ending = first; ending != null; ending = ending.next) {
        if (ending.reason == reason && ending.status == told) {
          return ending;
        }
      }
      Ending added = new Ending(reason, told, first);
      if (!endings.compareAndSet(slot, first, added)) {
        return ending(reason, status);
      }
      if (expected == null) {
        usual = added;
      }
      register(added);
      return added;
    }

    private synchronized void register(Ending ending) {
      if (removed) {
        return;
      }
      ending.meter =
          FunctionCounter.builder("sallyport.requests", ending, LongAdder::sum)
              .description("Requests by route, reason of refusal (empty: none) and status")
              .tag("route", route)
              .tag("reason", ending.reason == null ? "" : ending.reason.word())
              .tag("status", Integer.toString(ending.status))
              .register(registry);
    }

    /// A request that began under the bundle before may still end here: it makes no new meter.
    synchronized void remove() {
      removed = true;
      for (int slot = 0; slot < ENDINGS; slot++) {
        for (Ending ending = endings.get(slot); ending != null; ending = ending.next) {
          FunctionCounter meter = ending.meter;
          if (meter != null) {
            registry.remove(meter);
          }
        }
      }
    }
  }

  /// How often requests of a route ended in one way.
  private static final class Ending extends LongAdder {
    private static final long serialVersionUID = 1;

    final transient @Nullable Reason reason;
    final transient int status;
    final transient @Nullable Ending next;
    transient @Nullable FunctionCounter meter;

    Ending(@Nullable Reason reason, int status, @Nullable Ending next) {
      this.reason = reason;
      this.status = status;
      this.next = next;
    }
  }
}
