package io.sallyport.authentication;

import io.sallyport.authentication.Authentication.Authenticated;
import io.sallyport.authentication.Authentication.Rejected;
import io.sallyport.authentication.StrictJson.Malformed;
import io.sallyport.bundle.JwtIdentity;
import io.sallyport.policy.Reason;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What one identity of a bundle asks of a token (RFC 7519, RFC 8725, RFC 9068).
///
/// A token is believed at once in what it says against itself: everything is looked at before the
/// signature, which costs most. What it says for itself counts only afterwards.
final class TokenRules {
  /// Header parameters that would let a token choose its own key, or change what is signed (RFC
  /// 8725 §3.10), and those that nothing here understands.
  private static final List<String> FORBIDDEN =
      List.of("crit", "b64", "jku", "jwk", "x5u", "x5c", "zip", "enc", "cty");

  private static final double LATEST_DATE = 253_402_300_799d;

  private final JwtIdentity identity;
  private final KeySource keys;
  private final Set<String> types;

  TokenRules(JwtIdentity identity, KeySource keys) {
    this.identity = identity;
    this.keys = keys;
    this.types = identity.types().stream().map(TokenRules::type).collect(Collectors.toSet());
  }

  String id() {
    return identity.id();
  }

  KeySource keys() {
    return keys;
  }

  boolean isIssuerOf(CompactJws token) {
    return identity.issuer().equals(token.claims().get("iss"));
  }

  boolean isAudienceOf(CompactJws token) {
    return switch (token.claims().get("aud")) {
      case String one -> identity.audiences().contains(one);
      case List<?> several ->
          several.stream().allMatch(String.class::isInstance)
              && several.stream().anyMatch(identity.audiences()::contains);
      case null, default -> false;
    };
  }

  /// What speaks against a token, its signature aside; null when nothing does.
  @Nullable Rejected objection(CompactJws token, Instant now) {
    Rejected objection = headerObjection(token.header());
    return objection != null ? objection : claimsObjection(token, now);
  }

  /// The caller whom a token with a good signature proves.
  Authenticated proved(CompactJws token) throws Malformed {
    return new Authenticated(TokenCaller.of(identity.id(), token.claims()));
  }

  /// From when on a token without objection has expired, in milliseconds since the epoch.
  long endMillis(CompactJws token) {
    return millis(token.claims().get("exp")) + identity.clockSkew().toMillis();
  }

  private @Nullable Rejected headerObjection(Map<String, Object> header) {
    for (String parameter : FORBIDDEN) {
      if (header.containsKey(parameter)) {
        return bad("the header has " + parameter);
      }
    }
    if (!(header.get("alg") instanceof String algorithm)
        || !identity.algorithms().contains(algorithm)) {
      return bad("an algorithm that is not listed");
    }
    if (!(header.get("typ") instanceof String typ) || !types.contains(type(typ))) {
      return bad("a typ that is not listed");
    }
    if (header.containsKey("kid") && !(header.get("kid") instanceof String)) {
      return bad("kid is not a string");
    }
    return null;
  }

  private @Nullable Rejected claimsObjection(CompactJws token, Instant now) {
    Map<String, Object> claims = token.claims();
    if (!isIssuerOf(token)) {
      return bad("another issuer");
    }
    if (!isAudienceOf(token)) {
      return bad("another audience");
    }
    long exp = millis(claims.get("exp"));
    long iat = millis(claims.get("iat"));
    // Without iat nobody knows how long the token was meant to live.
    if (exp < 0 || iat < 0) {
      return bad("no proper exp and iat");
    }
    long time = now.toEpochMilli();
    long skew = identity.clockSkew().toMillis();
    if (exp <= iat || exp - iat > identity.maxLifetime().toMillis()) {
      return bad("a lifetime that is not accepted");
    }
    if (iat > time + skew) {
      return bad("issued in the future");
    }
    if (claims.containsKey("nbf") && !startedBy(claims.get("nbf"), time + skew)) {
      return bad("not valid yet");
    }
    if (exp + skew <= time) {
      return new Rejected(Reason.EXPIRED_CREDENTIAL, "expired");
    }
    if (claims.containsKey("cnf")) {
      return new Rejected(Reason.PROOF_MISSING, "bound to a key (cnf), and no proof is checked");
    }
    try {
      var _ = TokenCaller.of(identity.id(), claims);
      return null;
    } catch (Malformed e) {
      return bad(String.valueOf(e.getMessage()));
    }
  }

  private static boolean startedBy(@Nullable Object nbf, long time) {
    long start = millis(nbf);
    return start >= 0 && start <= time;
  }

  /// A NumericDate (RFC 7519 §2) in milliseconds; negative when it is none.
  private static long millis(@Nullable Object date) {
    return switch (date) {
      case Long seconds when seconds >= 0 && seconds <= LATEST_DATE -> seconds * 1000;
      case Double seconds when seconds >= 0 && seconds <= LATEST_DATE ->
          (long) Math.floor(seconds * 1000);
      case null, default -> -1;
    };
  }

  /// `typ` may leave `application/` out, and case does not matter (RFC 7515 §4.1.9).
  private static String type(String typ) {
    String lower = typ.toLowerCase(Locale.ROOT);
    return lower.startsWith("application/") ? lower.substring("application/".length()) : lower;
  }

  static Rejected bad(String detail) {
    return new Rejected(Reason.BAD_CREDENTIAL, detail);
  }
}
