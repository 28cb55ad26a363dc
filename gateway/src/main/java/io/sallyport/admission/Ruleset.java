package io.sallyport.admission;

import io.sallyport.authentication.Authenticator;
import io.sallyport.authentication.BearerTokens;
import io.sallyport.bundle.Bundle;
import io.sallyport.bundle.Route;
import io.sallyport.policy.Vouching;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A bundle made ready to judge requests: what the snapshot swaps. Immutable; a request reads it
/// once.
public final class Ruleset implements AutoCloseable {
  private final Bundle bundle;
  private final Authenticator authenticator;
  private final @Nullable Vouching anyIdentity;
  private final ProbeReport report;

  public Ruleset(Bundle bundle, Authenticator authenticator) {
    this(bundle, authenticator, ProbeReport.NONE);
  }

  private Ruleset(Bundle bundle, Authenticator authenticator, ProbeReport report) {
    this.bundle = Objects.requireNonNull(bundle, "bundle");
    this.authenticator = Objects.requireNonNull(authenticator, "authenticator");
    this.anyIdentity =
        bundle.identities().isEmpty()
            ? null
            : new Vouching(bundle.identities().keySet().stream().sorted().toList(), false);
    this.report = report;
  }

  /// The same, after the gateway has asked itself: routes that answered otherwise than they must
  /// are out of service. Takes the place of this one; only one of the two is closed.
  public Ruleset probed(ProbeReport asked) {
    return new Ruleset(bundle, authenticator, asked);
  }

  /// Makes a bundle ready: its issuers' keys are read, or begin to be fetched. Returns at once.
  public static Preparation prepare(Bundle bundle, BearerTokens tokens) {
    return switch (tokens.trusting(bundle.identities().values())) {
      case BearerTokens.Trusted(Authenticator authenticator) ->
          new Prepared(new Ruleset(bundle, authenticator));
      case BearerTokens.Distrusted(List<String> problems) -> new Unusable(problems);
    };
  }

  /// What came of making a bundle ready.
  public sealed interface Preparation {}

  public record Prepared(Ruleset ruleset) implements Preparation {}

  /// @param problems each one sentence for the person who wrote the bundle
  public record Unusable(List<String> problems) implements Preparation {
    public Unusable {
      problems = List.copyOf(problems);
    }
  }

  public Bundle bundle() {
    return bundle;
  }

  public ProbeReport report() {
    return report;
  }

  /// Whether a route's requests are refused whatever its policy says.
  boolean isOutOfService(Route route) {
    return !report.failures().isEmpty() && report.failures().containsKey(route.id());
  }

  Authenticator authenticator() {
    return authenticator;
  }

  /// Every identity of the bundle: who may vouch where there is no route. Null when the bundle has
  /// none.
  @Nullable Vouching anyIdentity() {
    return anyIdentity;
  }

  /// To be called when another ruleset took its place, or when it never was in force. A request
  /// that still holds it is judged as before. Idempotent.
  @Override
  public void close() {
    authenticator.close();
  }
}
