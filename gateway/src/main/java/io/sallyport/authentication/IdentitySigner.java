package io.sallyport.authentication;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.identity.Caller;
import io.sallyport.policy.ForwardedIdentity;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Signs what backends are told of callers: a JWT (ES256, `typ` `sallyport-identity+jwt`) with
/// `iss`, `aud`, `sub` (when the caller has one), the claims that the policy names, `iat`, `exp`
/// and `jti`. A claim that the policy names never takes the place of one that the gateway makes.
///
/// A token is kept for its caller, audience and claims, and made anew at half of its life: the
/// backend always sees one that lives at least half as long as the policy says. Its keys are given,
/// so that all replicas sign with one; without, they are made and live in this process's memory
/// only. Safe to share between threads.
public final class IdentitySigner implements BackendIdentity {
  private static final JOSEObjectType TYPE = new JOSEObjectType("sallyport-identity+jwt");
  private static final Set<String> OWN_CLAIMS =
      Set.of("iss", "aud", "sub", "iat", "exp", "nbf", "jti", "cnf");
  private static final int MOST_KEPT = 100_000;

  private final String issuer;
  private final InstantSource clock;
  private final Cache<Told, Signed> kept =
      Caffeine.newBuilder().maximumSize(MOST_KEPT).executor(Runnable::run).build();
  private volatile Keys keys;

  /// Signs with keys of its own, which no other process has.
  ///
  /// @param issuer what its tokens have as `iss`
  public IdentitySigner(String issuer, InstantSource clock) {
    this(issuer, clock, Keys.own(null, newKey()));
  }

  /// Signs with the first of these keys and publishes all of them.
  ///
  /// @param privateKeySet a JWKS document of private P-256 keys, each with its `kid`
  /// @throws IllegalArgumentException when it is anything else; the message quotes nothing of it
  public IdentitySigner(String issuer, InstantSource clock, String privateKeySet) {
    this(issuer, clock, Keys.given(privateKeySet));
  }

  private IdentitySigner(String issuer, InstantSource clock, Keys keys) {
    if (issuer.isBlank()) {
      throw new IllegalArgumentException("issuer: must not be blank");
    }
    this.issuer = issuer;
    this.clock = clock;
    this.keys = keys;
  }

  @Override
  public String token(Caller.Identified caller, ForwardedIdentity told) {
    Told key = new Told(caller, told);
    long now = clock.millis();
    Signed signed = kept.getIfPresent(key);
    if (signed == null || now >= signed.renewAt) {
      // Two threads may both sign: both tokens are good.
      signed = sign(caller, told, now);
      kept.put(key, signed);
    }
    return signed.token;
  }

  /// The public keys as a JWKS document.
  public String publicKeySet() {
    return new JWKSet(keys.published.stream().<JWK>map(ECKey::toPublicJWK).toList()).toString(true);
  }

  /// A new key for all replicas, as the document that the constructor reads. Secret.
  public static String newPrivateKeySet() {
    return new JWKSet(newKey()).toString(false);
  }

  /// Makes a new key of its own known, and signs with the one that was made known the last time.
  /// Tokens of the key before the last are worth nothing afterwards: rotate less often than the
  /// longest life of a token.
  public synchronized void rotate() {
    keys = Keys.own(keys.current, keys.published.getLast());
  }

  private Signed sign(Caller.Identified caller, ForwardedIdentity told, long now) {
    // Whole seconds, as NumericDate is written; never issued in the future.
    Instant issued = Instant.ofEpochSecond(now / 1000);
    Duration life = told.lifetime();
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer)
            .audience(told.audience())
            .subject(caller.subject())
            .issueTime(Date.from(issued))
            .expirationTime(Date.from(issued.plus(life)))
            .jwtID(UUID.randomUUID().toString());
    told.of(caller)
        .forEach(
            (name, value) -> {
              if (!OWN_CLAIMS.contains(name)) {
                claims.claim(name, value);
              }
            });
    ECKey key = keys.current;
    var jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).type(TYPE).keyID(key.getKeyID()).build(),
            claims.build());
    try {
      var signer = new ECDSASigner(key);
      signer.getJCAContext().setProvider(SignatureProvider.forCurves());
      jwt.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("an identity cannot be signed", e);
    }
    return new Signed(jwt.serialize(), now + life.toMillis() / 2);
  }

  private static ECKey newKey() {
    try {
      return new ECKeyGenerator(Curve.P_256)
          .keyUse(KeyUse.SIGNATURE)
          .algorithm(JWSAlgorithm.ES256)
          .keyIDFromThumbprint(true)
          .generate();
    } catch (JOSEException e) {
      throw new IllegalStateException("no P-256 key can be made", e);
    }
  }

  /// @param published the last of its own is the one that signs next
  private record Keys(ECKey current, List<ECKey> published) {
    static Keys own(@Nullable ECKey before, ECKey current) {
      ECKey next = newKey();
      return new Keys(
          current, before == null ? List.of(current, next) : List.of(before, current, next));
    }

    static Keys given(String privateKeySet) {
      List<ECKey> all = new ArrayList<>();
      try {
        for (JWK key : JWKSet.parse(privateKeySet).getKeys()) {
          if (!(key instanceof ECKey curve)
              || !Curve.P_256.equals(curve.getCurve())
              || !curve.isPrivate()
              || curve.getKeyID() == null) {
            throw new IllegalArgumentException("each key must be a private P-256 key with a kid");
          }
          all.add(curve);
        }
      } catch (ParseException e) {
        throw new IllegalArgumentException("is not a JWKS document");
      }
      if (all.isEmpty()) {
        throw new IllegalArgumentException("holds no key");
      }
      return new Keys(all.getFirst(), List.copyOf(all));
    }
  }

  private record Signed(String token, long renewAt) {}

  /// Who is told to whom. The caller is compared by identity, which is cheap and enough: a verified
  /// token keeps its caller.
  private record Told(Caller.Identified caller, ForwardedIdentity told) {
    @Override
    @SuppressWarnings("ReferenceEquality") // On purpose: see above.
    public boolean equals(@Nullable Object other) {
      return other instanceof Told(Caller.Identified who, ForwardedIdentity what)
          && caller == who
          && told.equals(what);
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(caller);
    }
  }
}
