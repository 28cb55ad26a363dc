package io.sallyport.bundle;

import io.sallyport.bundle.BundleTests.Expectation;
import io.sallyport.identity.Caller;
import io.sallyport.policy.ForwardedIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Holds what came against what was expected.
final class Comparison {
  private Comparison() {}

  /// What differs, in a sentence; empty when it is as expected.
  static String of(Expectation expected, Ruling ruling) {
    if (!(verdict(expected, ruling) && route(expected, ruling) && status(expected, ruling))) {
      return "expected " + expectation(expected) + "; came " + describe(ruling);
    }
    List<String> others = new ArrayList<>();
    differ("challenge", expected.challenge(), challenge(ruling), others);
    differ("pathParameters", expected.variables(), variables(ruling), others);
    if (expected.identity() != null) {
      identity(expected.identity(), ruling, others);
    }
    return String.join("; ", others);
  }

  private static void differ(
      String what, @Nullable Object expected, @Nullable Object came, List<String> differences) {
    if (expected != null && !expected.equals(came)) {
      differences.add(
          "expected %s %s; came %s".formatted(what, expected, came == null ? "none" : came));
    }
  }

  private static String challenge(Ruling ruling) {
    return ruling instanceof Ruling.Refused refused && refused.reason().status() == 401
        ? refused.reason().challengeError().orElse("bearer")
        : "none";
  }

  private static @Nullable Map<String, String> variables(Ruling ruling) {
    return to(ruling).map(to -> (Map<String, String>) new TreeMap<>(to.variables())).orElse(null);
  }

  /// The route that it reached, if any.
  static Optional<Directions.ToRoute> to(Ruling ruling) {
    return switch (ruling) {
      case Ruling.Admitted admitted -> Optional.of(admitted.to());
      case Ruling.Refused refused -> refused.to();
    };
  }

  private static void identity(BundleTests.Told expected, Ruling ruling, List<String> differences) {
    ForwardedIdentity told = to(ruling).map(to -> to.route().policy().forward()).orElse(null);
    if (told != null
        && ruling instanceof Ruling.Admitted admitted
        && admitted.request().caller() instanceof Caller.Identified caller) {
      differ("identity for audience", expected.audience(), told.audience(), differences);
      if (expected.claims() != null) {
        differ(
            "identity with claims",
            new TreeMap<>(expected.claims()),
            new TreeMap<>(told.of(caller)),
            differences);
      }
    } else {
      differences.add("expected that the backend is told who calls; it is told nothing");
    }
  }

  private static boolean verdict(Expectation expected, Ruling ruling) {
    return switch (ruling) {
      case Ruling.Admitted admitted -> admitted.rule().equals(expected.allow());
      case Ruling.Refused refused when expected.deny() != null ->
          refused.request().isPresent()
              && (expected.deny().equals(refused.rule())
                  || expected.deny().equals(refused.reason().word()));
      case Ruling.Refused refused -> refused.reason().word().equals(expected.refuse());
    };
  }

  private static boolean route(Expectation expected, Ruling ruling) {
    return expected.route() == null || expected.route().equals(routeOf(ruling));
  }

  private static boolean status(Expectation expected, Ruling ruling) {
    return expected.status() == 0
        || switch (ruling) {
          case Ruling.Refused refused -> refused.reason().status() == expected.status();
          case Ruling.Admitted admitted ->
              admitted.to().route().action() instanceof Route.Respond respond
                  && respond.status() == expected.status();
        };
  }

  private static String routeOf(Ruling ruling) {
    return to(ruling).map(to -> to.route().id()).orElse("");
  }

  private static String expectation(Expectation expected) {
    List<String> parts = new ArrayList<>();
    if (expected.allow() != null) {
      parts.add("allow " + expected.allow());
    }
    if (expected.deny() != null) {
      parts.add("deny " + expected.deny());
    }
    if (expected.refuse() != null) {
      parts.add("refuse " + expected.refuse());
    }
    if (expected.route() != null) {
      parts.add("route " + expected.route());
    }
    if (expected.status() != 0) {
      parts.add("status " + expected.status());
    }
    return String.join(", ", parts);
  }

  static String describe(Ruling ruling) {
    String route = routeOf(ruling);
    String on = route.isEmpty() ? "no route" : "route " + route;
    return switch (ruling) {
      case Ruling.Admitted admitted ->
          "allow "
              + admitted.rule()
              + ", "
              + on
              + (admitted.to().route().action() instanceof Route.Respond respond
                  ? ", status " + respond.status()
                  : ", forwarded (the backend decides the status)");
      case Ruling.Refused refused -> {
        String verdict = refused.request().isPresent() ? "deny " : "refuse ";
        String by = refused.rule().isEmpty() ? "" : " by " + refused.rule();
        String why = refused.detail().isEmpty() ? "" : " (" + refused.detail() + ")";
        yield verdict
            + refused.reason().word()
            + by
            + ", "
            + on
            + ", status "
            + refused.reason().status()
            + why;
      }
    };
  }
}
