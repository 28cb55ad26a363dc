package io.sallyport.identity;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Who asks: nobody in particular, or somebody whom an identity of the bundle vouches for.
///
/// Immutable and safe to share between threads; a verified caller is cached with its token.
public sealed interface Caller {

  /// The caller that showed no credential, or whose credentials nobody wanted to read.
  Caller ANONYMOUS = new Anonymous();

  /// Nobody in particular.
  record Anonymous() implements Caller {}

  /// Somebody who proved who they are.
  ///
  /// @param identity id of the bundle's identity that vouches
  /// @param kind how it was proved: `jwt`
  /// @param claims every claim of the credential as plain JDK values (String, Boolean, Long,
  ///   Double, List, Map)
  /// @param bound how its holder proved that it is theirs: `dpop`, `mtls`; null: whoever has it may
  ///   use it
  record Identified(
      String identity,
      String kind,
      @Nullable String subject,
      @Nullable String client,
      @Nullable String issuer,
      @Nullable String spiffe,
      @Nullable String acr,
      List<String> amr,
      List<String> scopes,
      List<String> groups,
      List<String> roles,
      boolean revoked,
      Map<String, Object> claims,
      @Nullable String bound)
      implements Caller {

    /// One whose credential is bound to nothing.
    public Identified(
        String identity,
        String kind,
        @Nullable String subject,
        @Nullable String client,
        @Nullable String issuer,
        @Nullable String spiffe,
        @Nullable String acr,
        List<String> amr,
        List<String> scopes,
        List<String> groups,
        List<String> roles,
        boolean revoked,
        Map<String, Object> claims) {
      this(
          identity, kind, subject, client, issuer, spiffe, acr, amr, scopes, groups, roles, revoked,
          claims, null);
    }

    /// The same caller, with these claims.
    public Identified withClaims(Map<String, Object> others) {
      return new Identified(
          identity, kind, subject, client, issuer, spiffe, acr, amr, scopes, groups, roles, revoked,
          others, bound);
    }

    public Identified {
      Objects.requireNonNull(identity, "identity");
      Objects.requireNonNull(kind, "kind");
      amr = List.copyOf(amr);
      scopes = List.copyOf(scopes);
      groups = List.copyOf(groups);
      roles = List.copyOf(roles);
      claims = Map.copyOf(claims);
    }
  }
}
