package io.sallyport.authentication;

import org.jspecify.annotations.Nullable;

/// What one client connection has shown so far: its last verified token, and how many signature
/// checks it has cost. Belongs to the connection's event loop; not thread-safe.
public final class CredentialMemory {
  /// Owned by [BearerTokens]: the last token that this connection showed, verified.
  @Nullable Object lastVerified;

  /// Owned by the signature budget.
  long budgetState;
}
