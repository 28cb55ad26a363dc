package io.sallyport.authentication;

import org.jspecify.annotations.Nullable;

/// What one client connection has shown so far: its last verified token, and what its signature
/// checks have cost. Belongs to the connection's event loop; not thread-safe.
public final class CredentialMemory {
  /// Owned by [BearerAuthenticator].
  @Nullable VerifiedToken lastVerified;

  /// Owned by [AttemptBudget].
  long checks;
}
