package io.sallyport.demo;

import org.jspecify.annotations.Nullable;

/// How a backend learns who calls. May block; called by many threads.
public interface IdentityCheck {

  /// @param token the value of `Sallyport-Identity`; null when the request has none
  ToldIdentity check(@Nullable String token);

  /// The check of a backend that knows no gateway's keys: it believes nothing.
  static IdentityCheck believeNothing() {
    return token -> new ToldIdentity.Unverified("this backend was not told the gateway's keys");
  }
}
