package io.sallyport.admission;

import io.sallyport.bundle.Route;
import io.sallyport.identity.Caller;
import io.sallyport.limits.Allowance;
import io.sallyport.routing.RequestTarget;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Yes. Only this package can make one, and everything that opens a connection to a backend takes
/// one: forwarding without authorization does not compile.
public final class Permit implements Verdict {
  private final Considered considered;
  private final RequestTarget target;
  private final Route route;
  private final Caller caller;
  private final Map<String, String> variables;
  private final Allowance.Granted allowance;
  private final @Nullable String identityToken;

  Permit(
      Considered considered,
      RequestTarget target,
      Route route,
      Caller caller,
      Map<String, String> variables,
      Allowance.Granted allowance,
      @Nullable String identityToken) {
    this.considered = considered;
    this.target = target;
    this.route = route;
    this.caller = caller;
    this.variables = variables;
    this.allowance = allowance;
    this.identityToken = identityToken;
  }

  public Considered considered() {
    return considered;
  }

  public RequestTarget target() {
    return target;
  }

  public Route route() {
    return route;
  }

  public Caller caller() {
    return caller;
  }

  /// What the route's `{name}` segments and `**` matched.
  public Map<String, String> variables() {
    return variables;
  }

  public Allowance.Granted allowance() {
    return allowance;
  }

  /// The signed token that tells the backend who calls; null when the policy forwards no identity.
  public @Nullable String identityToken() {
    return identityToken;
  }
}
