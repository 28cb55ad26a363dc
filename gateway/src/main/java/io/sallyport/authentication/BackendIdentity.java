package io.sallyport.authentication;

import io.sallyport.identity.Caller;
import io.sallyport.policy.ForwardedIdentity;

/// Tells backends who calls.
public interface BackendIdentity {

  /// The signed token for `Sallyport-Identity`. Never blocks; usually made before and only looked
  /// up.
  String token(Caller.Identified caller, ForwardedIdentity told);
}
