package io.sallyport.demo;

import java.util.Map;

/// What a backend was told of the caller, and whether it may believe it.
public sealed interface ToldIdentity {

  /// The gateway signed it, for this backend, and it still holds.
  record Verified(Map<String, Object> claims) implements ToldIdentity {
    public Verified {
      claims = Map.copyOf(claims);
    }
  }

  /// Not to be believed.
  ///
  /// @param problem one sentence
  record Unverified(String problem) implements ToldIdentity {}
}
