package io.sallyport.admission;

import io.sallyport.authentication.CredentialMemory;
import io.sallyport.policy.Tls;

/// What admission may know of the connection that a request came on. Belongs to the connection's
/// event loop.
public interface ClientConnection {

  /// What this connection has shown so far.
  CredentialMemory credentials();

  /// What the two ends agreed on.
  Tls tls();

  /// Whether the certificate that this connection was opened with is good for the host (RFC 9110
  /// §15.5.20).
  boolean certifiedFor(String host);
}
