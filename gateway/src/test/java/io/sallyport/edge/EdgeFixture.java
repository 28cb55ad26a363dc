package io.sallyport.edge;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.sallyport.admission.Inbound;
import io.sallyport.admission.Permits;
import io.sallyport.admission.Ruleset;
import io.sallyport.admission.Verdict;
import io.sallyport.async.Answer;
import io.sallyport.authentication.Authentication;
import io.sallyport.authentication.Authenticator;
import io.sallyport.bundle.Bundle;
import io.sallyport.bundle.PathRewrite;
import io.sallyport.bundle.Route;
import io.sallyport.bundle.Upstream;
import io.sallyport.identity.Caller;
import io.sallyport.limits.Allowance;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Vouching;
import io.sallyport.policy.cel.CelExpressions;
import io.sallyport.routing.RequestTarget;
import io.sallyport.routing.RouteTable;
import io.sallyport.routing.TargetReader;
import io.sallyport.routing.TargetReading;
import io.sallyport.telemetry.RequestMeters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An edge between a scripted client and scripted backends. What is not set passes.
final class EdgeFixture {
  final ScriptedExchange client = new ScriptedExchange().with("host", "api.example.com");
  final ScriptedBackends backends = new ScriptedBackends();
  final RecordingAudit audit = new RecordingAudit();
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  Route.Retry retry = Route.Retry.DEFAULT;
  Route.Timeouts timeouts = Route.Timeouts.DEFAULT;
  Route.HeaderEdits requestEdits = Route.HeaderEdits.NONE;
  Route.HeaderEdits answerEdits = Route.HeaderEdits.NONE;
  Route.@Nullable Respond respond;
  @Nullable PathRewrite rewrite;
  @Nullable String rawQuery;
  Map<String, String> variables = Map.of();
  Allowance.Granted allowance = Allowance.Granted.UNLIMITED;
  @Nullable String identityToken;
  EdgeSettings settings = EdgeSettings.DEFAULT;
  BiFunction<Inbound, Ruleset, Answer<Verdict>> admission =
      (inbound, rules) -> new Answer.Ready<>(permit());
  Supplier<Ruleset> rules = EdgeFixture::noRules;
  private @Nullable Edge edge;

  Edge edge() {
    if (edge == null) {
      edge =
          new Edge(
              () -> rules.get(),
              (inbound, current) -> admission.apply(inbound, current),
              backends,
              audit,
              new RequestMeters(registry, new PrometheusRegistry()),
              settings,
              _ -> EmbeddedEdge.NoFilters.LANE);
    }
    return edge;
  }

  /// The client's request arrives.
  EdgeFixture arrives() {
    edge().accept(client);
    return this;
  }

  Verdict permit() {
    String target = rawQuery == null ? "/orders" : "/orders?" + rawQuery;
    return Permits.of(
        understood(TargetReader.read(client.method, client.authority(), target)),
        route(),
        variables,
        allowance,
        identityToken);
  }

  private static RequestTarget understood(TargetReading reading) {
    return switch (reading) {
      case RequestTarget target -> target;
      case TargetReading.Ambiguous(String why) -> throw new AssertionError(why);
    };
  }

  private Route route() {
    Upstream upstream =
        new Upstream(
            "orders",
            Upstream.Protocol.H1,
            null,
            ScriptedBackends.ENDPOINTS,
            null,
            Upstream.PassiveHealth.DEFAULT,
            true);
    return new Route(
        "orders",
        "api.example.com",
        "/orders",
        Set.of(),
        new Policy("open", new Vouching(List.of(), true), List.of(), List.of(), List.of(), null),
        List.of(),
        respond == null ? new Route.Forward(upstream, rewrite) : respond,
        requestEdits,
        answerEdits,
        timeouts,
        retry,
        1000,
        List.of());
  }

  static Route.Timeouts total(Duration total) {
    return new Route.Timeouts(
        Duration.ofSeconds(1), Duration.ofSeconds(1), total, Duration.ofSeconds(1));
  }

  private static Ruleset noRules() {
    RouteTable<Route> noRoutes =
        switch (RouteTable.<Route>build(List.of())) {
          case RouteTable.Built<Route>(RouteTable<Route> table) -> table;
          case RouteTable.Conflicting<Route> conflicts ->
              throw new AssertionError(conflicts.toString());
        };
    Bundle bundle =
        new Bundle(
            "0123456789abcdef".repeat(4),
            noRoutes,
            List.of(),
            Set.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            new CelExpressions(Map.of()).inputs(),
            List.of(),
            List.of());
    return new Ruleset(bundle, new Nobody());
  }

  private static final class Nobody implements Authenticator {
    @Override
    public Answer<Authentication> authenticate(Vouching vouching, Presented presented) {
      return new Answer.Ready<>(new Authentication.Authenticated(Caller.ANONYMOUS));
    }

    @Override
    public void close() {}
  }
}
