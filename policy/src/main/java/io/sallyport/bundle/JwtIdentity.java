package io.sallyport.bundle;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// An issuer of bearer tokens that may vouch for callers (`identities[].jwt`).
///
/// @param algorithms JWS algorithms; never `none` nor HMAC
/// @param types accepted `typ` values, compared without regard to case and without `application/`
/// @param maxLifetime longest `exp` - `iat` that is accepted
public record JwtIdentity(
    String id,
    String issuer,
    List<String> audiences,
    Set<String> algorithms,
    Keys keys,
    List<String> types,
    Duration clockSkew,
    Duration maxLifetime) {

  public JwtIdentity {
    audiences = List.copyOf(audiences);
    algorithms = Set.copyOf(algorithms);
    types = List.copyOf(types);
  }

  /// Where its keys are.
  public sealed interface Keys {}

  /// A JWKS document of the bundle, read at load.
  public record KeyFile(String path, String json) implements Keys {}

  /// A JWKS document behind HTTPS, fetched off the request path.
  ///
  /// @param trust name of a Spring Boot SSL bundle that vouches for its server; empty: the JDK's
  ///   trust store
  /// @param refresh how often it is fetched anew
  /// @param staleFor how long the last good document serves while the issuer does not answer
  public record KeyUrl(URI url, String trust, Duration refresh, Duration staleFor)
      implements Keys {}
}
