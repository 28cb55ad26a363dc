package io.sallyport.upstream;

import io.sallyport.bundle.Upstream;
import io.sallyport.upstream.EndpointStatus.Health;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is known of one upstream beyond any bundle: its endpoints' health, its retry budget, and
/// the definition in force.
///
/// Ejection is not left to Resilience4j's circuit breaker: a breaker cannot be told that only so
/// many of its siblings may be open, or that a whole zone must be, and it does work for every
/// request that goes well.
final class UpstreamState {
  private static final Logger LOG = LoggerFactory.getLogger(UpstreamState.class);

  /// How long the health of an endpoint that no bundle names any more is remembered.
  private static final long FORGET_NANOS = TimeUnit.MINUTES.toNanos(5);

  private final String id;
  private final String ownZone;
  private final UpstreamEvents events;
  private final LongSupplier nanos;
  private final RetryBudget budget;
  private final Map<String, EndpointState> endpoints = new ConcurrentHashMap<>();
  private final Map<String, Long> retired = new HashMap<>();
  private volatile @Nullable Topology current;

  /// Of requests that began before a reload: theirs stays usable even when no bundle names the
  /// upstream any more.
  private volatile @Nullable Topology earlier;

  UpstreamState(String id, String ownZone, UpstreamEvents events, LongSupplier nanos) {
    this.id = id;
    this.ownZone = ownZone;
    this.events = events;
    this.nanos = nanos;
    this.budget = new RetryBudget(nanos);
  }

  String id() {
    return id;
  }

  UpstreamEvents events() {
    return events;
  }

  RetryBudget budget() {
    return budget;
  }

  /// The definition in force; null when no bundle names this upstream any more.
  @Nullable Topology current() {
    return current;
  }

  /// What the request's own bundle says, compiled. The bundle in force costs a comparison.
  Topology of(Upstream definition, Function<String, TrustManagerFactory> trust) {
    Topology inForce = current;
    if (inForce != null && inForce.compiledFrom(definition)) {
      return inForce;
    }
    Topology before = earlier;
    if (before != null && before.compiledFrom(definition)) {
      return before;
    }
    Topology compiled = compile(definition, trust);
    earlier = compiled;
    return compiled;
  }

  /// Compiles a definition; connections and health of endpoints that stay are kept. Throws
  /// IllegalArgumentException when its trust store is unknown.
  synchronized Topology compile(Upstream definition, Function<String, TrustManagerFactory> trust) {
    Topology before = current == null ? earlier : current;
    Upstream.Tls tls = definition.tls();
    Upstream.Protocol protocol = definition.protocol();
    BackendTls security =
        tls == null ? null : security(before, protocol, tls, trust.apply(tls.trust()));
    var destinations = new LinkedHashMap<Upstream.Endpoint, Destination>();
    for (Upstream.Endpoint endpoint : definition.endpoints()) {
      Destination had = before == null ? null : before.destinations().get(endpoint);
      destinations.put(
          endpoint,
          had != null && had.tls() == security && had.protocol() == protocol
              ? had
              : new Destination(state(endpoint.address()), endpoint, protocol, security));
    }
    return new Topology(definition, destinations, ownZone);
  }

  private static BackendTls security(
      @Nullable Topology before,
      Upstream.Protocol protocol,
      Upstream.Tls tls,
      TrustManagerFactory trust) {
    if (before != null) {
      for (Destination each : before.destinations().values()) {
        BackendTls had = each.tls();
        if (had != null && each.protocol() == protocol && had.sameAs(trust, tls.serverName())) {
          return had;
        }
      }
    }
    return switch (protocol) {
      case H1, H2C -> new BackendTls(trust, tls.serverName());
      case H2 -> BackendTls.forHttp2(trust, tls.serverName());
    };
  }

  private EndpointState state(String address) {
    return endpoints.computeIfAbsent(address, _ -> new EndpointState(this, address));
  }

  /// Puts a definition in force; null takes the upstream out of use.
  synchronized void install(@Nullable Topology topology) {
    if (current != null) {
      earlier = current;
    }
    current = topology;
    long now = nanos.getAsLong();
    for (EndpointState each : endpoints.values()) {
      retired.putIfAbsent(each.address(), now);
    }
    if (topology != null) {
      topology.destinations().keySet().forEach(endpoint -> retired.remove(endpoint.address()));
    }
    retired
        .entrySet()
        .removeIf(
            each -> {
              boolean old = now - each.getValue() > FORGET_NANOS;
              if (old) {
                endpoints.remove(each.getKey());
              }
              return old;
            });
  }

  synchronized boolean forgotten() {
    return current == null && endpoints.isEmpty();
  }

  // ---- ejection ----

  /// An endpoint has failed this many times in a row.
  void failedInRow(EndpointState state, Upstream.Endpoint endpoint, int failures, String why) {
    Topology topology = current;
    if (topology != null
        && failures >= topology.definition().passiveHealth().consecutiveFailures()
        && topology.destinations().containsKey(endpoint)) {
      eject(topology, state, endpoint, failures, why);
    }
  }

  private synchronized void eject(
      Topology topology,
      EndpointState state,
      Upstream.Endpoint endpoint,
      int failures,
      String why) {
    long now = nanos.getAsLong();
    Upstream.PassiveHealth rules = topology.definition().passiveHealth();
    long until = now + rules.eject().toNanos();
    if (state.health() == Health.EJECTED) {
      // Its trial failed. Failures of requests that were under way when it was ejected change
      // nothing.
      if (state.onTrial()) {
        state.eject(until);
      }
      return;
    }
    if (state.health() == Health.DOWN) {
      return;
    }
    int size = topology.destinations().size();
    if ((topology.ejected() + 1) * 100 <= size * rules.maxEjectedPercent()) {
      state.eject(until);
      changed(
          state,
          endpoint,
          Health.EJECTED,
          failures + " failures in a row, last: " + why + "; out for " + rules.eject());
    } else if (zoneFailed(topology, endpoint.zone(), rules.consecutiveFailures())) {
      for (Destination each : topology.in(endpoint.zone())) {
        if (each.state().health() == Health.WELL) {
          each.state().eject(until);
          changed(
              each.state(),
              each.endpoint(),
              Health.EJECTED,
              "every endpoint of its zone fails, last: " + why + "; out for " + rules.eject());
        }
      }
    }
  }

  /// A zone whose endpoints all fail goes out as one, whatever share that is, while another zone is
  /// well.
  private static boolean zoneFailed(Topology topology, String zone, int failures) {
    for (Destination each : topology.in(zone)) {
      if (each.state().health() == Health.WELL && each.state().failuresInRow() < failures) {
        return false;
      }
    }
    for (String well : topology.zonesThatAreWell()) {
      if (!well.equals(zone)) {
        return true;
      }
    }
    return false;
  }

  /// Tells that an endpoint got better or worse.
  void changed(EndpointState state, Upstream.Endpoint endpoint, Health health, String why) {
    Topology topology = current;
    int size = topology == null ? 0 : topology.destinations().size();
    int well = topology == null ? 0 : size - topology.out();
    String line = "upstream {} endpoint {} zone {} is {}: {} ({} of {} endpoints are well)";
    if (health == Health.WELL) {
      LOG.info(line, id, state.address(), endpoint.zone(), health, why, well, size);
    } else {
      LOG.warn(line, id, state.address(), endpoint.zone(), health, why, well, size);
    }
    events.healthChanged(id, endpoint, health, why);
  }

  List<EndpointStatus> statuses() {
    Topology topology = current;
    return topology == null
        ? List.of()
        : topology.definition().endpoints().stream()
            .map(topology::destination)
            .map(
                each ->
                    new EndpointStatus(
                        id,
                        each.endpoint().zone(),
                        each.endpoint().address(),
                        each.state().health(),
                        each.state().connections()))
            .toList();
  }
}
