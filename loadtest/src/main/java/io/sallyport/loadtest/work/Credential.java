package io.sallyport.loadtest.work;

import io.sallyport.loadtest.proxy.TokenMint;
import org.jspecify.annotations.Nullable;

/// What a request shows. Bare proxies are shown a good token too: they carry the same bytes.
public enum Credential {
  NONE,
  GOOD,
  BAD_SIGNATURE,
  DENIED;

  /// A token of this kind, or null when none is shown.
  public @Nullable String token(TokenMint mint) {
    return switch (this) {
      case NONE -> null;
      case GOOD -> mint.good();
      case BAD_SIGNATURE -> mint.badSignature();
      case DENIED -> mint.denied();
    };
  }
}
