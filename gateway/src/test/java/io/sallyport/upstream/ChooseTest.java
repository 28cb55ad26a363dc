package io.sallyport.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.bundle.Upstream;
import io.sallyport.bundle.Upstream.Endpoint;
import io.sallyport.bundle.Upstream.PassiveHealth;
import io.sallyport.upstream.EndpointStatus.Health;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Choosing and ejecting, in virtual time and without sockets.
final class ChooseTest {
  private static final Endpoint A1 = new Endpoint("127.0.1.1", 1, "a");
  private static final Endpoint A2 = new Endpoint("127.0.1.2", 1, "a");
  private static final Endpoint B1 = new Endpoint("127.0.2.1", 1, "b");
  private static final Endpoint B2 = new Endpoint("127.0.2.2", 1, "b");
  private static final Endpoint C1 = new Endpoint("127.0.3.1", 1, "c");
  private static final Endpoint C2 = new Endpoint("127.0.3.2", 1, "c");
  private static final List<Endpoint> ALL = List.of(A1, A2, B1, B2, C1, C2);
  private static final PassiveHealth RULES = new PassiveHealth(3, Duration.ofSeconds(30), 50);

  private final AtomicLong now = new AtomicLong(1);
  private final List<String> changes = new ArrayList<>();
  private UpstreamState state = newState();
  private Topology topology = install(RULES, true, ALL);

  private UpstreamState newState() {
    return new UpstreamState("orders", "a", new Changes(changes), now::get);
  }

  private Topology install(PassiveHealth rules, boolean preferOwnZone, List<Endpoint> endpoints) {
    var definition =
        new Upstream("orders", Upstream.Protocol.H1, null, endpoints, null, rules, preferOwnZone);
    Topology compiled = state.compile(definition, Client.NO_TRUST);
    state.install(compiled);
    return compiled;
  }

  private Set<Endpoint> chosen(Set<Endpoint> tried, boolean otherZone) {
    var all = new HashSet<Endpoint>();
    for (int i = 0; i < 200; i++) {
      switch (topology.choose(tried, otherZone, null, now.get())) {
        case Choice.Chosen(Endpoint endpoint) -> all.add(endpoint);
        case Choice.None(String why) -> assertThat(why).isNotEmpty();
      }
    }
    return all;
  }

  private void fail(Endpoint endpoint, int times) {
    for (int i = 0; i < times; i++) {
      topology
          .destination(endpoint)
          .state()
          .failed(endpoint, new UpstreamFailure(UpstreamFailure.Kind.CONNECT, true, "refused"));
    }
  }

  private Health health(Endpoint endpoint) {
    return topology.destination(endpoint).state().health();
  }

  private void down(Endpoint endpoint, boolean down) {
    topology.destination(endpoint).state().down(down);
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void theOwnZoneIsUsedEvenly() {
    assertThat(chosen(Set.of(), true)).containsExactlyInAnyOrder(A1, A2);
  }

  @Test
  void withoutAPreferenceAllZonesAreUsed() {
    topology = install(RULES, false, ALL);

    assertThat(chosen(Set.of(), true)).containsExactlyInAnyOrderElementsOf(ALL);
  }

  @Test
  void whenTheOwnZoneIsDownTheOthersShareItsWork() {
    down(A1, true);
    down(A2, true);

    assertThat(chosen(Set.of(), true)).containsExactlyInAnyOrder(B1, B2, C1, C2);
  }

  @Test
  void anotherTryGoesToAnotherZone() {
    assertThat(chosen(Set.of(A1), true)).containsExactlyInAnyOrder(B1, B2, C1, C2);
    assertThat(chosen(Set.of(A1, B2), true)).containsExactlyInAnyOrder(C1, C2);
  }

  @Test
  void anotherTryMayStayInItsZoneWhenTheRouteDoesNotMind() {
    assertThat(chosen(Set.of(A1), false)).containsExactly(A2);
  }

  @Test
  void aTriedEndpointIsTriedAgainOnlyWhenNoOtherIsWell() {
    for (Endpoint each : ALL) {
      down(each, !each.equals(A1));
    }
    assertThat(chosen(Set.of(A1), true)).containsExactly(A1);
    down(A2, false);
    assertThat(chosen(Set.of(A1), true)).containsExactly(A2);
  }

  @Test
  void whenAllFailTheirChecksNoneIsChosen() {
    ALL.forEach(each -> down(each, true));

    assertThat(chosen(Set.of(), true)).isEmpty();
  }

  @Test
  void failuresInARowEjectForAWhileAndThenOneRequestASecondTries() {
    fail(A1, 2);
    assertThat(health(A1)).isEqualTo(Health.WELL);
    fail(A1, 1);

    assertThat(health(A1)).isEqualTo(Health.EJECTED);
    assertThat(chosen(Set.of(), true)).containsExactly(A2);
    pass(Duration.ofSeconds(31));
    var counts = new ArrayList<Endpoint>();
    for (int i = 0; i < 200; i++) {
      if (topology.choose(Set.of(), true, null, now.get()) instanceof Choice.Chosen(Endpoint e)) {
        counts.add(e);
      }
    }
    assertThat(counts).hasSize(200).filteredOn(A1::equals).hasSize(1);
  }

  @Test
  void aTrialThatFailsEjectsAgainAndOneThatSucceedsEndsIt() {
    fail(A1, 3);
    pass(Duration.ofSeconds(31));
    assertThat(chosen(Set.of(), true)).contains(A1);
    fail(A1, 1);
    pass(Duration.ofSeconds(20));
    assertThat(chosen(Set.of(), true)).containsExactly(A2);

    pass(Duration.ofSeconds(11));
    assertThat(chosen(Set.of(), true)).contains(A1);
    topology.destination(A1).state().answered(A1, 200);

    assertThat(health(A1)).isEqualTo(Health.WELL);
    assertThat(changes).containsExactly("127.0.1.1:1 EJECTED", "127.0.1.1:1 WELL");
  }

  @Test
  void aSuccessBetweenFailuresStartsTheCountAgain() {
    fail(A1, 2);
    topology.destination(A1).state().answered(A1, 200);
    fail(A1, 2);

    assertThat(health(A1)).isEqualTo(Health.WELL);
  }

  @Test
  void answersThatSayTheBackendIsNotThereAreFailures() {
    topology.destination(A1).state().answered(A1, 502);
    topology.destination(A1).state().answered(A1, 503);
    topology.destination(A1).state().answered(A1, 504);

    assertThat(health(A1)).isEqualTo(Health.EJECTED);
  }

  @Test
  void notMoreThanAShareIsEjected() {
    ALL.forEach(each -> fail(each, 3));

    // Half of six, and then no whole zone fails while another is well.
    assertThat(ALL).filteredOn(each -> health(each) == Health.EJECTED).hasSizeBetween(3, 5);
    assertThat(chosen(Set.of(), true)).isNotEmpty();
  }

  @Test
  void aZoneThatFailsAsAWholeIsEjectedWhateverTheShare() {
    topology = install(new PassiveHealth(3, Duration.ofSeconds(30), 10), true, ALL);

    fail(A1, 3);
    assertThat(health(A1)).isEqualTo(Health.WELL);
    fail(A2, 3);

    assertThat(health(A1)).isEqualTo(Health.EJECTED);
    assertThat(health(A2)).isEqualTo(Health.EJECTED);
    assertThat(chosen(Set.of(), true)).containsExactlyInAnyOrder(B1, B2, C1, C2);
  }

  @Test
  void aZoneIsNotEjectedWhileNoOtherIsWell() {
    topology = install(new PassiveHealth(3, Duration.ofSeconds(30), 10), true, List.of(A1, A2));

    fail(A1, 3);
    fail(A2, 3);

    assertThat(health(A1)).isEqualTo(Health.WELL);
    assertThat(health(A2)).isEqualTo(Health.WELL);
  }

  @Test
  void whenAllAreEjectedTheOneThatComesBackFirstIsTried() {
    topology = install(new PassiveHealth(3, Duration.ofSeconds(30), 100), true, List.of(A1, B1));
    fail(B1, 3);
    pass(Duration.ofSeconds(1));
    fail(A1, 3);

    assertThat(chosen(Set.of(), true)).containsExactly(B1);
    assertThat(chosen(Set.of(B1), true)).containsExactly(A1);
  }

  @Test
  void healthSurvivesAReload() {
    fail(A1, 3);
    topology = install(RULES, true, List.of(A1, A2, B1));
    assertThat(health(A1)).isEqualTo(Health.EJECTED);

    topology = install(RULES, true, List.of(A2, B1));
    topology = install(RULES, true, ALL);
    assertThat(health(A1)).isEqualTo(Health.EJECTED);
  }

  @Test
  void aRequestOfTheEarlierBundleStillHasItsEndpoints() {
    Upstream earlier = topology.definition();
    topology = install(RULES, true, List.of(C1));

    assertThat(state.of(earlier, Client.NO_TRUST).destinations()).containsOnlyKeys(ALL);
  }

  @Test
  void neitherATriedEndpointNorATriedZoneIsChosenWhileAnotherIsWell() {
    var random = new Random(7);
    for (int round = 0; round < 2000; round++) {
      var tried = new HashSet<Endpoint>();
      var well = new HashSet<Endpoint>();
      for (Endpoint each : ALL) {
        boolean isDown = random.nextInt(3) == 0;
        down(each, isDown);
        if (!isDown) {
          well.add(each);
        }
        if (random.nextInt(3) == 0) {
          tried.add(each);
        }
      }
      boolean otherZone = random.nextBoolean();
      switch (topology.choose(tried, otherZone, null, now.get())) {
        case Choice.None _ -> assertThat(well).isEmpty();
        case Choice.Chosen(Endpoint endpoint) -> {
          assertThat(well).contains(endpoint);
          var fresh = new HashSet<>(well);
          fresh.removeAll(tried);
          if (!fresh.isEmpty()) {
            assertThat(fresh).contains(endpoint);
          }
          fresh.removeIf(each -> tried.stream().anyMatch(t -> t.zone().equals(each.zone())));
          if (otherZone && !fresh.isEmpty()) {
            assertThat(fresh).contains(endpoint);
          }
          boolean ownZoneIsFresh = fresh.stream().anyMatch(each -> each.zone().equals("a"));
          if (tried.isEmpty() && ownZoneIsFresh) {
            assertThat(endpoint.zone()).isEqualTo("a");
          }
        }
      }
    }
  }
}
