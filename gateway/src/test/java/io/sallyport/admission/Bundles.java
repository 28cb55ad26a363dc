package io.sallyport.admission;

import io.sallyport.bundle.Bundle;
import io.sallyport.bundle.JwtIdentity;
import io.sallyport.bundle.Limit;
import io.sallyport.bundle.Route;
import io.sallyport.policy.AccessRequest;
import io.sallyport.policy.Condition;
import io.sallyport.policy.ForwardedIdentity;
import io.sallyport.policy.KeyExpression;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Rule;
import io.sallyport.policy.Vouching;
import io.sallyport.policy.cel.CelExpressions;
import io.sallyport.routing.RouteTable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Bundles for tests, made of rules written in Java.
final class Bundles {
  static final String HOST = "api.example.com";

  static final Vouching CORPORATE = new Vouching(List.of("corporate"), false);

  private Bundles() {}

  static Bundle of(Map<String, JwtIdentity> identities, Route... routes) {
    List<Route> list = List.of(routes);
    List<RouteTable.Entry<Route>> entries =
        list.stream()
            .map(r -> new RouteTable.Entry<>(r.id(), r.host(), r.path(), r.methods(), r))
            .toList();
    return switch (RouteTable.build(entries)) {
      case RouteTable.Built<Route>(RouteTable<Route> table) ->
          new Bundle(
              "0123456789abcdef".repeat(4),
              table,
              list,
              Set.of(HOST),
              Map.of(),
              identities,
              Map.of(),
              Map.of(),
              new CelExpressions(Map.of()).inputs(),
              List.of(),
              List.of());
      case RouteTable.Conflicting<Route>(List<RouteTable.Conflict> conflicts) ->
          throw new IllegalArgumentException(conflicts.toString());
    };
  }

  static Route route(String id, String path, Set<String> methods, Policy policy, Limit... limits) {
    return new Route(
        id,
        HOST,
        path,
        methods,
        policy,
        List.of(limits),
        new Route.Respond(200, "text/plain", "ok"),
        Route.HeaderEdits.NONE,
        Route.HeaderEdits.NONE,
        Route.Timeouts.DEFAULT,
        Route.Retry.DEFAULT,
        1 << 20,
        List.of());
  }

  static Policy policy(Vouching vouching, List<Rule> deny, List<Rule> allow) {
    return new Policy("policy", vouching, List.of(), deny, allow, null);
  }

  static Policy allowing(Vouching vouching, @Nullable ForwardedIdentity forward) {
    return new Policy(
        "policy", vouching, List.of(), List.of(), List.of(rule("everybody", HOLDS)), forward);
  }

  static final Function<AccessRequest, Condition.Outcome> HOLDS = _ -> Condition.Outcome.HOLDS;
  static final Function<AccessRequest, Condition.Outcome> FAILS = _ -> Condition.Outcome.FAILS;

  static Rule rule(String id, Function<AccessRequest, Condition.Outcome> when) {
    return new Rule(
        id,
        new Condition() {
          @Override
          public Outcome test(AccessRequest request) {
            return when.apply(request);
          }

          @Override
          public Set<String> inputs() {
            return Set.of();
          }
        });
  }

  static Limit limit(String id, Function<AccessRequest, @Nullable String> key, long burst) {
    return new Limit(
        id,
        new KeyExpression() {
          @Override
          public @Nullable String evaluate(AccessRequest request) {
            return key.apply(request);
          }

          @Override
          public Set<String> inputs() {
            return Set.of();
          }
        },
        60,
        Duration.ofMinutes(1),
        burst,
        Limit.StoreDown.LOCAL_SHARE);
  }
}
