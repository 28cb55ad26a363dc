package io.sallyport.policy;

import io.sallyport.identity.Caller;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the backend is told of the caller (`forward.identity`): a signed token with this audience
/// and these claims.
public record ForwardedIdentity(String audience, List<String> claims, Duration lifetime) {
  public ForwardedIdentity {
    claims = List.copyOf(claims);
  }

  /// What the token says of a caller, besides what every token says: `sub`, and those of the named
  /// claims that the caller has.
  public Map<String, Object> of(Caller.Identified caller) {
    Map<String, Object> told = new LinkedHashMap<>();
    if (caller.subject() != null) {
      told.put("sub", caller.subject());
    }
    for (String name : claims) {
      Object value = caller.claims().get(name);
      if (value != null && !name.equals("sub")) {
        told.put(name, value);
      }
    }
    return told;
  }
}
