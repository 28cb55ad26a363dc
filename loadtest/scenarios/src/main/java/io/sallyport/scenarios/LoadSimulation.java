package io.sallyport.scenarios;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.roundRobinSwitch;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.OpenInjectionStep;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The reads, as Gatling wants them: an open load, which does not wait for slow answers before it
/// sends more. Callers take turns over connections that are kept.
public final class LoadSimulation extends Simulation {
  /// What the next simulation does.
  record Script(Plan plan, Answers answers, Companion companion) {}

  /// Gatling makes the simulation itself, from the name of its class, so what it is to do lies
  /// here.
  static final AtomicReference<@Nullable Script> NEXT = new AtomicReference<>();

  /// Part of what was asked for, below which the generator did not keep up.
  private static final double ENOUGH = 0.9;

  /// Reads that no figure counts, until the generator's own code is compiled.
  private static final Duration WARM_UP = Duration.ofSeconds(2);

  private static final int WARM_UP_RATE = 20;

  private final Companion companion;
  private final AtomicBoolean begun = new AtomicBoolean();

  /// For Gatling, once per run.
  ///
  /// @throws IllegalStateException when nobody said what to do
  public LoadSimulation() {
    var script = NEXT.getAndSet(null);
    if (script == null) {
      throw new IllegalStateException("run by loadtest/scenario only");
    }
    companion = script.companion();
    var plan = script.plan();
    var reads = new ArrayList<ChainBuilder>();
    var warmUps = new ArrayList<ChainBuilder>();
    for (int i = 0; i < plan.readers().size(); i++) {
      var read = read("caller " + (i + 1), plan.readers().get(i));
      reads.add(exec(counted(read, script.answers(), plan.expectedStatuses())));
      warmUps.add(exec(read.silent()));
    }
    var warmUp =
        scenario("warm-up")
            .exec(turns(warmUps))
            .injectOpen(
                constantUsersPerSec(Math.min(plan.rate(), WARM_UP_RATE)).during(warmUp(plan)));
    var load =
        scenario(plan.scenario().word())
            .exec(this::beginWithTheFirst)
            .exec(turns(reads))
            .injectOpen(steps(plan));
    setUp(warmUp.andThen(load))
        .protocols(protocol(plan))
        .assertions(
            global().failedRequests().count().lte((long) plan.bounds().failures()),
            global().responseTime().percentile(99).lte(plan.bounds().p99Millis()),
            global().allRequests().count().gte((long) (ENOUGH * plan.expectedReads())));
  }

  @Override
  public void after() {
    companion.close();
  }

  private static Duration warmUp(Plan plan) {
    return plan.duration().compareTo(WARM_UP) < 0 ? plan.duration() : WARM_UP;
  }

  /// One caller has no turns to take, and Gatling refuses to give them.
  private static ChainBuilder turns(List<ChainBuilder> reads) {
    return reads.size() == 1 ? reads.getFirst() : exec(roundRobinSwitch().on(reads));
  }

  private Session beginWithTheFirst(Session session) {
    if (begun.compareAndSet(false, true)) {
      companion.begin();
    }
    return session;
  }

  private static HttpRequestActionBuilder read(String who, Reader reader) {
    // As functions: neither a path nor a token is read as Gatling's expression language.
    var path = reader.path();
    var request = http("GET " + path.replaceAll("\\?.*", "") + ", " + who).get(_ -> path);
    var authorization = reader.authorization();
    if (authorization.isEmpty()) {
      return request;
    }
    var value = authorization.get();
    return request.header("authorization", _ -> value);
  }

  private static HttpRequestActionBuilder counted(
      HttpRequestActionBuilder read, Answers answers, List<Integer> expected) {
    return read.transformResponse(
            (response, _) -> {
              answers.count(response.status().code());
              return response;
            })
        .check(status().in(expected));
  }

  private static HttpProtocolBuilder protocol(Plan plan) {
    var protocol =
        http.baseUrl(plan.target().toString())
            .disableWarmUp()
            .disableFollowRedirect()
            .disableCaching()
            .disableUrlEncoding()
            .shareConnections()
            .userAgentHeader("sallyport-scenarios");
    return plan.http2() ? protocol.enableHttp2() : protocol;
  }

  private static List<OpenInjectionStep> steps(Plan plan) {
    var rate = plan.rate();
    return switch (plan.scenario()) {
      case Scenario.Burst(int factor, Duration length) -> {
        var around = plan.duration().minus(length).dividedBy(2);
        yield List.of(
            constantUsersPerSec(rate).during(around),
            constantUsersPerSec((double) rate * factor).during(length),
            constantUsersPerSec(rate).during(around));
      }
      case Scenario.Steady _, Scenario.SlowClients _, Scenario.ZoneLoss _, Scenario.Reload _ ->
          List.of(constantUsersPerSec(rate).during(plan.duration()));
    };
  }
}
