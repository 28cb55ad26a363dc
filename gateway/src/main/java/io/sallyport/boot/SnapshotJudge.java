package io.sallyport.boot;

import io.sallyport.admission.Ruleset;
import io.sallyport.authentication.BearerTokens;
import io.sallyport.bundle.Bundle;
import io.sallyport.bundle.BundleReader;
import io.sallyport.bundle.BundleReading;
import io.sallyport.bundle.BundleTests;
import io.sallyport.bundle.FilterCompiler;
import io.sallyport.bundle.JwtIdentity;
import io.sallyport.bundle.Upstream;
import io.sallyport.edge.Enforcement;
import io.sallyport.snapshot.Snapshots.Readiness;
import io.sallyport.upstream.Upstreams;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.net.ssl.TrustManagerFactory;

/// From a bundle's files to a [Ruleset] that may take effect: read, checked, tested, its trust
/// stores found, its issuers' keys asked for.
final class SnapshotJudge implements Function<SortedMap<String, byte[]>, Readiness<Ruleset>> {
  private final BearerTokens tokens;
  private final Upstreams upstreams;
  private final Function<String, TrustManagerFactory> trust;
  private final FilterCompiler filters;
  private final Enforcement enforcement;

  SnapshotJudge(
      BearerTokens tokens,
      Upstreams upstreams,
      Function<String, TrustManagerFactory> trust,
      FilterCompiler filters,
      Enforcement enforcement) {
    this.tokens = tokens;
    this.upstreams = upstreams;
    this.trust = trust;
    this.filters = filters;
    this.enforcement = enforcement;
  }

  @Override
  public Readiness<Ruleset> apply(SortedMap<String, byte[]> files) {
    return switch (BundleReader.read(files, filters)) {
      case BundleReading.Bad(var problems) ->
          new Readiness.Refused<>(problems.render().stripTrailing().lines().toList());
      case BundleReading.Good(Bundle bundle, BundleTests tests) -> tested(bundle, tests);
    };
  }

  private Readiness<Ruleset> tested(Bundle bundle, BundleTests tests) {
    var run = tests.run(bundle);
    if (!run.passed()) {
      var lines = new ArrayList<>(run.render().stripTrailing().lines().toList());
      lines.add("the bundle's own tests do not pass; nothing was loaded.");
      return new Readiness.Refused<>(lines);
    }
    var unknown = unknownTrust(bundle);
    if (!unknown.isEmpty()) {
      return new Readiness.Refused<>(unknown);
    }
    return switch (Ruleset.prepare(bundle, tokens)) {
      case Ruleset.Unusable(List<String> problems) -> new Readiness.Refused<>(problems);
      case Ruleset.Prepared(Ruleset ruleset) -> enforced(ruleset);
    };
  }

  /// Accepted is not enforced: the gateway asks itself first.
  private Readiness<Ruleset> enforced(Ruleset ruleset) {
    try {
      var probed = ruleset.probed(enforcement.ask(ruleset));
      return new Readiness.Ready<>(
          probed, () -> upstreams.install(probed.bundle().upstreams().values()));
    } catch (TimeoutException e) {
      ruleset.close();
      return new Readiness.Refused<>(
          List.of("the gateway could not ask itself on every route in time; nothing was loaded."));
    } catch (RuntimeException e) {
      ruleset.close();
      return new Readiness.Refused<>(List.of("the gateway could not ask itself: " + e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ruleset.close();
      return new Readiness.Refused<>(List.of("the gateway is being stopped"));
    }
  }

  private List<String> unknownTrust(Bundle bundle) {
    var problems = new ArrayList<String>();
    for (Upstream upstream : bundle.upstreams().values()) {
      if (upstream.tls() != null) {
        check("upstream '" + upstream.id() + "'", upstream.tls().trust(), problems);
      }
    }
    for (JwtIdentity identity : bundle.identities().values()) {
      if (identity.keys() instanceof JwtIdentity.KeyUrl keys) {
        check("identity '" + identity.id() + "'", keys.trust(), problems);
      }
    }
    return problems;
  }

  private void check(String who, String name, List<String> problems) {
    try {
      var _ = trust.apply(name);
    } catch (IllegalArgumentException e) {
      problems.add(who + ": trust: " + e.getMessage());
    }
  }
}
