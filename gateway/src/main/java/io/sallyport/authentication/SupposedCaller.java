package io.sallyport.authentication;

import io.sallyport.authentication.StrictJson.Malformed;
import io.sallyport.bundle.JwtIdentity;
import io.sallyport.identity.Caller;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Callers that nobody proved, for the question what would be answered to them. Never for a
/// request.
public final class SupposedCaller {
  private static final KeySource NO_KEYS = new FileKeys(KeySet.EMPTY);

  private SupposedCaller() {}

  /// What came of reading a token without checking its signature.
  public sealed interface Reading {}

  /// @param caller whom the token names
  /// @param objection what speaks against the token besides its signature, which was not looked at:
  ///   a reason and what is meant; empty when nothing does
  public record Named(Caller caller, String objection) implements Reading {}

  /// @param why holds no part of the token
  public record Unreadable(String why) implements Reading {}

  /// Reads whom a token names.
  ///
  /// @param token a JWS in its compact form, with or without `Bearer ` before it
  /// @param identities those of the bundle; one of them must know the token's issuer
  public static Reading read(String token, Collection<JwtIdentity> identities, Instant now) {
    try {
      var jws = CompactJws.read(token.strip().replaceFirst("(?i)^bearer +", ""));
      List<TokenRules> issuers =
          identities.stream()
              .map(identity -> new TokenRules(identity, NO_KEYS))
              .filter(rules -> rules.isIssuerOf(jws))
              .toList();
      if (issuers.isEmpty()) {
        return new Unreadable("no identity of the bundle knows the token's issuer");
      }
      var rules =
          issuers.stream().filter(r -> r.isAudienceOf(jws)).findFirst().orElse(issuers.getFirst());
      var objection = rules.objection(jws, now);
      return new Named(
          TokenCaller.of(rules.id(), jws.claims()),
          objection == null ? "" : objection.reason().word() + ": " + objection.detail());
    } catch (Malformed e) {
      return new Unreadable("the token cannot be read: " + e.getMessage());
    }
  }

  /// The caller with other claims. Those that a caller's fields are read from, such as `scope`,
  /// `sub` and `groups`, change the fields too.
  ///
  /// @param claims by name; a value that is JSON is what it says, any other is text
  /// @throws IllegalArgumentException when a claim cannot be what it is given as
  public static Caller with(Caller.Identified caller, Map<String, String> claims) {
    var given = new HashMap<String, Object>();
    claims.forEach((name, value) -> given.put(name, value(value)));
    var all = new HashMap<>(caller.claims());
    all.putAll(given);
    try {
      var read = (Caller.Identified) TokenCaller.of(caller.identity(), given);
      return new Caller.Identified(
          caller.identity(),
          caller.kind(),
          either(read.subject(), caller.subject()),
          either(read.client(), caller.client()),
          either(read.issuer(), caller.issuer()),
          caller.spiffe(),
          either(read.acr(), caller.acr()),
          given.containsKey("amr") ? read.amr() : caller.amr(),
          given.containsKey("scope") || given.containsKey("scp") ? read.scopes() : caller.scopes(),
          given.containsKey("groups") ? read.groups() : caller.groups(),
          given.containsKey("roles") ? read.roles() : caller.roles(),
          caller.revoked(),
          all,
          caller.bound());
    } catch (Malformed e) {
      throw new IllegalArgumentException("claim " + e.getMessage());
    }
  }

  private static @Nullable String either(@Nullable String given, @Nullable String before) {
    return given != null ? given : before;
  }

  private static Object value(String text) {
    try {
      Map<String, Object> read = StrictJson.object("{\"value\":" + text + "}");
      Object value = read.get("value");
      return read.size() == 1 && value != null ? value : text;
    } catch (Malformed e) {
      return text;
    }
  }
}
