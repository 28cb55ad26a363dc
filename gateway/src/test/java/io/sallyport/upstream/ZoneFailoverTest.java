package io.sallyport.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.admission.Permit;
import io.sallyport.admission.PermitFixture;
import io.sallyport.bundle.Route;
import io.sallyport.bundle.Upstream;
import io.sallyport.upstream.EndpointStatus.Health;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Choosing, trying and trying elsewhere, against real sockets.
final class ZoneFailoverTest {
  private final List<String> changes = new CopyOnWriteArrayList<>();
  private final Client client =
      new Client(Client.NO_TRUST, PoolSettings.DEFAULT, new Changes(changes));

  @AfterEach
  void close() {
    client.close();
  }

  private static ScriptedBackend zone(String name) {
    return ScriptedBackend.answering("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + name);
  }

  /// What the edge does for an idempotent request: try, and try elsewhere while that is granted.
  private String get(Permit permit) throws Exception {
    var tried = new HashSet<Upstream.Endpoint>();
    for (int tries = 1; ; tries++) {
      if (!(client.upstreams.choose(permit, tried) instanceof Choice.Chosen(var endpoint))) {
        return "no endpoint";
      }
      var heard = new HeardAnswer();
      client.loop.execute(
          () -> {
            var stream = client.upstreams.open(permit, endpoint, client.loop, heard);
            heard.stream = stream;
            stream.head("GET", "/", Client.host(), true);
          });
      String story = heard.await();
      if (heard.failure == null
          || client.upstreams.retry(permit, heard.failure(), tries) != RetryAnswer.RETRY) {
        return story;
      }
      tried.add(endpoint);
    }
  }

  @Test
  void aZoneThatVanishesCostsNoRequest() throws Exception {
    try (var a = zone("a");
        var b = zone("b")) {
      var upstream = Client.upstream(a.endpoint("a"), b.endpoint("b"));
      client.upstreams.install(List.of(upstream));
      var permit = PermitFixture.to(upstream);
      for (int i = 0; i < 20; i++) {
        assertThat(get(permit)).isEqualTo("head 200, body a");
      }
      a.vanish();
      for (int i = 0; i < 20; i++) {
        assertThat(get(permit)).isEqualTo("head 200, body b");
      }
      assertThat(changes).containsExactly(a.endpoint("a").address() + " EJECTED");
    }
  }

  @Test
  void activeChecksTakeAnEndpointOutAndBringItBack() throws Exception {
    var status = new AtomicInteger(200);
    var rules = new Upstream.ActiveHealth("/healthz", Duration.ofMillis(20), 2, 2);
    try (var a =
            ScriptedBackend.start(
                connection -> {
                  while (connection.readHead()) {
                    connection.say("HTTP/1.1 " + status + " x\r\nContent-Length: 0\r\n\r\n");
                  }
                });
        var b = zone("b")) {
      var upstream =
          new Upstream(
              "orders",
              Upstream.Protocol.H1,
              null,
              List.of(a.endpoint("a"), b.endpoint("b")),
              rules,
              Upstream.PassiveHealth.DEFAULT,
              true);
      client.upstreams.install(List.of(upstream));
      var permit = PermitFixture.to(upstream);
      Http1FailureTest.await(() -> a.heads().size() >= 3);
      assertThat(client.upstreams.choose(permit, Set.of()))
          .isEqualTo(new Choice.Chosen(a.endpoint("a")));
      assertThat(a.heads().getFirst()).startsWith("GET /healthz HTTP/1.1\r\n");

      status.set(500);
      Http1FailureTest.await(() -> client.upstreams.endpoints().getFirst().health() == Health.DOWN);
      assertThat(client.upstreams.choose(permit, Set.of()))
          .isEqualTo(new Choice.Chosen(b.endpoint("b")));

      status.set(204);
      Http1FailureTest.await(() -> client.upstreams.endpoints().getFirst().health() == Health.WELL);
      assertThat(client.upstreams.choose(permit, Set.of()))
          .isEqualTo(new Choice.Chosen(a.endpoint("a")));

      // Without checks in the next bundle nobody asks any more.
      client.upstreams.install(List.of(Client.upstream(a.endpoint("a"), b.endpoint("b"))));
      Thread.sleep(60);
      int asked = a.heads().size();
      Thread.sleep(100);
      assertThat(a.heads()).hasSize(asked);
    }
  }

  @Test
  void aRequestOfRulesThatWereReplacedReachesItsUpstreamThoughReloadsRemovedIt() throws Exception {
    try (var a = zone("a");
        var b = zone("b")) {
      var before = PermitFixture.to(Client.upstream(a.endpoint("a")));
      var removed = List.<Upstream>of();
      var other = List.of(Client.upstream(b.endpoint("a")));

      for (int i = 0; i < 30; i++) {
        client.upstreams.install(i % 3 == 0 ? other : removed);
        assertThat(get(before)).isEqualTo("head 200, body a");
      }
    }
  }

  @Test
  void reloadsBetweenTheStepsOfRequestsCostNone() throws Exception {
    try (var a = zone("a");
        var b = zone("b")) {
      var wanted = List.of(Client.upstream(a.endpoint("a"), b.endpoint("b")));
      client.upstreams.install(wanted);
      var permit = PermitFixture.to(wanted.getFirst());
      var done = new AtomicBoolean();
      var reloads =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!done.get()) {
                      client.upstreams.install(List.of());
                      client.upstreams.install(wanted);
                      client.upstreams.install(List.of(Client.upstream(b.endpoint("b"))));
                    }
                  });
      try {
        for (int i = 0; i < 300; i++) {
          assertThat(get(permit)).isEqualTo("head 200, body a");
        }
      } finally {
        done.set(true);
        reloads.join();
      }
    }
  }

  @Test
  void anotherTryIsGrantedByKindAttemptsAndBudget() {
    var upstream = Client.upstream(new Upstream.Endpoint("127.0.0.1", 1, "a"));
    var retry = new Route.Retry(Set.of(Route.Retry.On.RESET_BEFORE_RESPONSE), 1, 0, true);
    var permit = PermitFixture.to(upstream, Route.Timeouts.DEFAULT, retry);
    var reset = new UpstreamFailure(UpstreamFailure.Kind.RESET_BEFORE_RESPONSE, false, "");
    var broken = new UpstreamFailure(UpstreamFailure.Kind.BROKEN, false, "");
    var refused = new UpstreamFailure(UpstreamFailure.Kind.CONNECT, true, "");

    assertThat(client.upstreams.retry(permit, broken, 1)).isEqualTo(RetryAnswer.NOT_ON_THIS);
    assertThat(client.upstreams.retry(permit, refused, 1)).isEqualTo(RetryAnswer.NOT_ON_THIS);
    assertThat(client.upstreams.retry(permit, Route.Retry.On.STATUS_503, 1))
        .isEqualTo(RetryAnswer.NOT_ON_THIS);
    assertThat(client.upstreams.retry(permit, reset, 2)).isEqualTo(RetryAnswer.ATTEMPTS_SPENT);
    for (int i = 0; i < 100; i++) {
      assertThat(client.upstreams.retry(permit, reset, 1)).isEqualTo(RetryAnswer.RETRY);
    }
    assertThat(client.upstreams.retry(permit, reset, 1)).isEqualTo(RetryAnswer.BUDGET_SPENT);
  }

  @Test
  void failuresToConnectAreNotCharged() {
    var upstream = Client.upstream(new Upstream.Endpoint("127.0.0.1", 1, "a"));
    var permit = PermitFixture.to(upstream);
    var refused = new UpstreamFailure(UpstreamFailure.Kind.CONNECT, true, "");

    for (int i = 0; i < 500; i++) {
      assertThat(client.upstreams.retry(permit, refused, 1)).isEqualTo(RetryAnswer.RETRY);
    }
  }
}
