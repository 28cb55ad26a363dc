package io.sallyport.authentication;

import io.sallyport.bundle.JwtIdentity;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.TrustManagerFactory;

/// Everything about bearer tokens that outlives a bundle: verified tokens, key sets and the bounds
/// of signature checks. One per process.
public final class BearerTokens implements AutoCloseable {

  /// @param trust the trust store of this name (`trust:` of a key set); the empty name is the
  ///   JDK's. Throws IllegalArgumentException for a name it does not know
  public BearerTokens(TokenSettings settings, Function<String, TrustManagerFactory> trust) {}

  /// Begins to trust these identities.
  public Trust trusting(Collection<JwtIdentity> identities) {
    return new Distrusted(List.of("not supported yet"));
  }

  /// What came of trusting.
  public sealed interface Trust {}

  public record Trusted(Authenticator authenticator) implements Trust {}

  /// @param problems each one sentence for the person who wrote the bundle
  public record Distrusted(List<String> problems) implements Trust {
    public Distrusted {
      problems = List.copyOf(problems);
    }
  }

  @Override
  public void close() {}
}
