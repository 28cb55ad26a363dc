package io.sallyport.bundle;

import io.sallyport.bundle.BundleTests.Expectation;
import java.util.ArrayList;
import java.util.List;

/// Holds what came against what was expected.
final class Comparison {
  private Comparison() {}

  /// What differs, in a sentence; empty when it is as expected.
  static String of(Expectation expected, Ruling ruling) {
    boolean same = verdict(expected, ruling) && route(expected, ruling) && status(expected, ruling);
    return same ? "" : "expected " + expectation(expected) + "; came " + describe(ruling);
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
    return switch (ruling) {
      case Ruling.Admitted admitted -> admitted.to().route().id();
      case Ruling.Refused refused -> refused.to().map(to -> to.route().id()).orElse("");
    };
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
