package io.sallyport.boot;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sallyport.listener.Listener;
import io.sallyport.listener.ListenerEvents;
import io.sallyport.wire.TlsProvider;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Counts what becomes of clients' connections: `sallyport_tls_*` and `sallyport_listener_*`.
///
/// Here and not in telemetry, because that room does not know the listener.
final class ListenerReports implements ListenerEvents {
  private final MeterRegistry registry;
  private final Map<Failure, Counter> failures = new EnumMap<>(Failure.class);
  private final Map<Bound, Counter> turnedAway = new EnumMap<>(Bound.class);

  /// By protocol and group: the registry would lay out and sort the tags for each handshake.
  private final Map<String, Map<String, Counter>> handshakes = new ConcurrentHashMap<>();

  private volatile @Nullable Listener listener;

  ListenerReports(MeterRegistry registry, TlsProvider provider) {
    this.registry = registry;
    for (Failure why : Failure.values()) {
      failures.put(
          why,
          Counter.builder("sallyport.tls.handshake.failures")
              .description("TLS handshakes that did not succeed")
              .tag("why", word(why))
              .register(registry));
    }
    for (Bound bound : Bound.values()) {
      turnedAway.put(
          bound,
          Counter.builder("sallyport.listener.turned.away")
              .description("Connections closed at once, because of a bound")
              .tag("bound", word(bound))
              .register(registry));
    }
    Gauge.builder("sallyport.tls.post.quantum", () -> provider.postQuantum() ? 1 : 0)
        .description("1 when a post-quantum group (X25519MLKEM768) is offered")
        .register(registry);
    gauge("sallyport.listener.connections", "Connections of clients", Listener::connections);
    gauge(
        "sallyport.listener.bytes.in.flight",
        "Bytes of requests' bodies that were received and not yet passed on",
        Listener::bytesInFlight);
  }

  /// Shows how this listener does from now on, and gives it back.
  Listener of(Listener opened) {
    listener = opened;
    return opened;
  }

  private void gauge(String name, String description, ToDoubleFunction<Listener> value) {
    Gauge.builder(
            name,
            () -> {
              var open = listener;
              return open == null ? 0 : value.applyAsDouble(open);
            })
        .description(description)
        .register(registry);
  }

  @Override
  public void secured(String protocol, String group) {
    handshakes
        .computeIfAbsent(protocol, _ -> new ConcurrentHashMap<>())
        .computeIfAbsent(group, _ -> handshakes(protocol, group))
        .increment();
  }

  private Counter handshakes(String protocol, String group) {
    return registry.counter(
        "sallyport.tls.handshakes",
        "protocol",
        protocol,
        "group",
        group.isEmpty() ? "unknown" : group);
  }

  @Override
  public void notSecured(Failure why) {
    Objects.requireNonNull(failures.get(why)).increment();
  }

  @Override
  public void turnedAway(Bound bound) {
    Objects.requireNonNull(turnedAway.get(bound)).increment();
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
