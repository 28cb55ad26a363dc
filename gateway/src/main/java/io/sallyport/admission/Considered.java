package io.sallyport.admission;

import io.sallyport.bundle.Route;
import io.sallyport.identity.Caller;
import io.sallyport.routing.RequestTarget;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How far a request came and what was found out on the way: what the audit record tells, for yes
/// and for no.
///
/// @param target null when it was ambiguous
/// @param route null when there was none
/// @param caller null when nobody was authenticated yet
/// @param rule id of the rule that decided; empty when none did
/// @param inputs the variables that the route's rules read, by name; never a credential
public record Considered(
    @Nullable RequestTarget target,
    @Nullable Route route,
    @Nullable Caller caller,
    String rule,
    Map<String, Object> inputs) {
  public static final Considered NOTHING = new Considered(null, null, null, "", Map.of());
}
