package io.sallyport.authentication;

import io.sallyport.identity.Caller;
import io.sallyport.policy.Reason;

/// What came of reading a request's credentials.
public sealed interface Authentication {

  /// Somebody the bundle's identities vouch for, or [Caller#ANONYMOUS] where the policy allows it.
  record Authenticated(Caller caller) implements Authentication {}

  /// Not accepted.
  ///
  /// @param reason `no-credential`, `bad-credential`, `expired-credential`, `proof-missing`,
  ///   `too-many-attempts` or `keys-unavailable`
  /// @param detail for logs and audit, never for the caller; holds no part of a credential
  record Rejected(Reason reason, String detail) implements Authentication {}
}
