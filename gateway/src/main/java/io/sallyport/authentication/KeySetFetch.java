package io.sallyport.authentication;

import io.sallyport.bundle.JwtIdentity.KeyUrl;
import java.util.concurrent.CompletableFuture;

/// Fetches an issuer's JWKS document. Never blocks the caller.
interface KeySetFetch extends AutoCloseable {

  /// The document's text; completes exceptionally when it cannot be had.
  CompletableFuture<String> fetch(KeyUrl from);

  @Override
  void close();
}
