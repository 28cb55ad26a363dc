package io.sallyport.admission;

import io.sallyport.bundle.Route;
import io.sallyport.identity.Caller;
import io.sallyport.policy.Decision;
import io.sallyport.routing.RequestTarget;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How far a request came and what was found out on the way: what the audit record tells, for yes
/// and for no.
///
/// @param target null when it was ambiguous
/// @param route null when there was none
/// @param caller null when nobody was authenticated yet
/// @param decision what the policy answered; null when it was not asked
/// @param inputs the variables that the route's rules read, by name, null where absent; never a
///   credential
/// @param shadows what policies that shadow the route's would have answered, by their ids
/// @param outcomes what came of every rule, where the policy wants that recorded
public record Considered(
    @Nullable RequestTarget target,
    @Nullable Route route,
    @Nullable Caller caller,
    @Nullable Decision decision,
    Map<String, @Nullable Object> inputs,
    Map<String, Decision> shadows,
    Map<String, String> outcomes) {
  public static final Considered NOTHING =
      new Considered(null, null, null, null, Map.of(), Map.of(), Map.of());

  /// The id of the rule that decided; empty when none did.
  public String rule() {
    return switch (decision) {
      case Decision.Allowed(String rule) -> rule;
      case Decision.Denied denied -> denied.rule();
      case null -> "";
    };
  }
}
