package io.sallyport.policy;

import java.util.List;

/// Who may vouch for a caller under a policy (`authenticate`).
///
/// @param identities ids of the bundle's identities, in the order they are asked
/// @param anonymousAllowed whether a request without a credential goes on as
///   [io.sallyport.identity.Caller#ANONYMOUS]
public record Vouching(List<String> identities, boolean anonymousAllowed) {

  public Vouching {
    identities = List.copyOf(identities);
    if (identities.isEmpty() && !anonymousAllowed) {
      throw new IllegalArgumentException("authenticate: somebody must be able to vouch");
    }
  }

  /// `authenticate: anonymous` alone: credentials are not read, and are removed.
  public boolean readsNoCredential() {
    return identities.isEmpty();
  }
}
