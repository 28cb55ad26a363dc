package io.sallyport.policy;

import java.time.Duration;
import java.util.List;

/// What the backend is told of the caller (`forward.identity`): a signed token with this audience
/// and these claims.
public record ForwardedIdentity(String audience, List<String> claims, Duration lifetime) {
  public ForwardedIdentity {
    claims = List.copyOf(claims);
  }
}
