package io.sallyport.upstream;

import io.sallyport.bundle.Upstream;
import io.sallyport.upstream.EndpointStatus.Health;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// An upstream's definition, ready for choosing.
///
/// Own zone first, then all other zones together, so that a zone that fails is shared by those that
/// remain. Within these, the less busy of two endpoints taken at random. Immutable.
final class Topology {
  private final Upstream definition;
  private final Map<Upstream.Endpoint, Destination> destinations;

  /// In the order of preference; each group is shared evenly.
  private final Destination[][] groups;

  Topology(Upstream definition, Map<Upstream.Endpoint, Destination> destinations, String ownZone) {
    this.definition = definition;
    this.destinations = Map.copyOf(destinations);
    var own = new ArrayList<Destination>();
    var others = new ArrayList<Destination>();
    for (Upstream.Endpoint endpoint : definition.endpoints()) {
      boolean preferred = definition.preferOwnZone() && endpoint.zone().equals(ownZone);
      (preferred ? own : others).add(destination(endpoint));
    }
    this.groups = new Destination[][] {array(own), array(others)};
  }

  Upstream definition() {
    return definition;
  }

  /// Whether it was compiled from this very object.
  @SuppressWarnings("ReferenceEquality") // asked for every request; equals would walk the endpoints
  boolean compiledFrom(Upstream other) {
    return definition == other;
  }

  /// Every endpoint with its destination.
  Map<Upstream.Endpoint, Destination> destinations() {
    return destinations;
  }

  Destination destination(Upstream.Endpoint endpoint) {
    Destination destination = destinations.get(endpoint);
    if (destination == null) {
      throw new IllegalArgumentException(
          "no endpoint of upstream " + definition.id() + ": " + endpoint.address());
    }
    return destination;
  }

  /// How strictly endpoints that were tried already are left out.
  private enum Avoid {
    TRIED_ZONES,
    TRIED,
    NOTHING;

    boolean avoids(Upstream.Endpoint endpoint, Set<Upstream.Endpoint> tried) {
      return switch (this) {
        case TRIED_ZONES -> {
          for (Upstream.Endpoint each : tried) {
            if (each.zone().equals(endpoint.zone())) {
              yield true;
            }
          }
          yield false;
        }
        case TRIED -> tried.contains(endpoint);
        case NOTHING -> false;
      };
    }
  }

  /// @param busyness the loop's own connections, for their numbers of requests in flight; null off
  ///   the event loops
  Choice choose(
      Set<Upstream.Endpoint> tried,
      boolean otherZone,
      @Nullable LoopConnections busyness,
      long now) {
    if (tried.isEmpty()) {
      Destination chosen = best(Avoid.NOTHING, tried, busyness, now);
      return chosen == null ? leastBad(tried) : new Choice.Chosen(chosen.endpoint());
    }
    for (Avoid avoid : Avoid.values()) {
      if (avoid == Avoid.TRIED_ZONES && !otherZone) {
        continue;
      }
      Destination chosen = best(avoid, tried, busyness, now);
      if (chosen != null) {
        return new Choice.Chosen(chosen.endpoint());
      }
    }
    return leastBad(tried);
  }

  private @Nullable Destination best(
      Avoid avoid, Set<Upstream.Endpoint> tried, @Nullable LoopConnections busyness, long now) {
    for (Destination[] group : groups) {
      if (group.length == 0) {
        continue;
      }
      int start = ThreadLocalRandom.current().nextInt(group.length);
      Destination one = next(group, start, null, avoid, tried, now);
      if (one == null) {
        continue;
      }
      int step = group.length == 1 ? 0 : ThreadLocalRandom.current().nextInt(group.length);
      Destination two = next(group, step, one, avoid, tried, now);
      Destination chosen = two == null ? one : lessBusy(one, two, busyness);
      if (chosen.state().claim(now)) {
        return chosen;
      }
      // An ejected one whose trial somebody else has taken.
      Destination other = chosen == one ? two : one;
      if (other != null && other.state().claim(now)) {
        return other;
      }
      Destination third = claimAny(group, avoid, tried, now);
      if (third != null) {
        return third;
      }
    }
    return null;
  }

  private static @Nullable Destination next(
      Destination[] group,
      int start,
      @Nullable Destination except,
      Avoid avoid,
      Set<Upstream.Endpoint> tried,
      long now) {
    for (int i = 0; i < group.length; i++) {
      int at = start + i;
      Destination each = group[at < group.length ? at : at - group.length];
      if (each != except && each.state().mayBeTried(now) && !avoid.avoids(each.endpoint(), tried)) {
        return each;
      }
    }
    return null;
  }

  private static @Nullable Destination claimAny(
      Destination[] group, Avoid avoid, Set<Upstream.Endpoint> tried, long now) {
    for (Destination each : group) {
      if (each.state().mayBeTried(now)
          && !avoid.avoids(each.endpoint(), tried)
          && each.state().claim(now)) {
        return each;
      }
    }
    return null;
  }

  private static Destination lessBusy(
      Destination one, Destination two, @Nullable LoopConnections busyness) {
    if (busyness == null) {
      return one;
    }
    return busyness.inFlight(two) < busyness.inFlight(one) ? two : one;
  }

  /// Nobody is well. Active checks are believed; ejections are only a suspicion, so the one that
  /// would come back first is tried, rather than refuse for certain.
  private Choice leastBad(Set<Upstream.Endpoint> tried) {
    Destination best = null;
    for (Destination[] group : groups) {
      for (Destination each : group) {
        if (each.state().health() != Health.DOWN
            && (best == null || rank(each, tried) < rank(best, tried))) {
          best = each;
        }
      }
    }
    if (best == null) {
      return new Choice.None(
          "all " + destinations.size() + " endpoints of " + definition.id() + " fail their checks");
    }
    return new Choice.Chosen(best.endpoint());
  }

  private static double rank(Destination each, Set<Upstream.Endpoint> tried) {
    return (tried.contains(each.endpoint()) ? 1e18 : 0) + each.state().ejectedUntil();
  }

  /// How many endpoints are out of use.
  int out() {
    int out = 0;
    for (Destination each : destinations.values()) {
      out += each.state().health() == Health.WELL ? 0 : 1;
    }
    return out;
  }

  int ejected() {
    int ejected = 0;
    for (Destination each : destinations.values()) {
      ejected += each.state().health() == Health.EJECTED ? 1 : 0;
    }
    return ejected;
  }

  /// The zone's destinations.
  List<Destination> in(String zone) {
    return destinations.values().stream()
        .filter(each -> each.endpoint().zone().equals(zone))
        .toList();
  }

  /// Zones that have an endpoint that is well.
  Set<String> zonesThatAreWell() {
    return destinations.values().stream()
        .filter(each -> each.state().health() == Health.WELL)
        .map(each -> each.endpoint().zone())
        .collect(Collectors.toSet());
  }

  private static Destination[] array(List<Destination> list) {
    return list.toArray(Destination[]::new);
  }
}
