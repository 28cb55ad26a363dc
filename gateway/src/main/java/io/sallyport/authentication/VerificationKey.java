package io.sallyport.authentication;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A public key of an issuer, good for checking signatures of certain algorithms. Safe to share
/// between threads. Two are equal when they are one: a key that stays in its set stays the same
/// object, and a verified token remembers which key it was.
final class VerificationKey {
  private static final int SHORTEST_RSA = 2048;
  private static final int LONGEST_RSA = 8192;

  private final JWK jwk;
  private final Map<String, SignatureCheck> checks;

  private VerificationKey(JWK jwk, Map<String, SignatureCheck> checks) {
    this.jwk = jwk;
    this.checks = checks;
  }

  /// Takes a key out of a key set.
  ///
  /// @throws Unusable when it must not, or cannot, check signatures
  static VerificationKey of(JWK jwk) throws Unusable {
    if (jwk.isPrivate()) {
      throw new Unusable("private or secret: a key set is for public keys");
    }
    if (jwk.getKeyUse() != null && !KeyUse.SIGNATURE.equals(jwk.getKeyUse())) {
      throw new Unusable("its use is not sig");
    }
    if (jwk.getKeyOperations() != null && !jwk.getKeyOperations().contains(KeyOperation.VERIFY)) {
      throw new Unusable("its key_ops do not contain verify");
    }
    try {
      return new VerificationKey(
          jwk,
          switch (jwk) {
            case ECKey ec -> curve(ec, CurveCheck.of(ec));
            case RSAKey rsa -> rsa(rsa);
            case OctetKeyPair edwards when Curve.Ed25519.equals(edwards.getCurve()) ->
                curve(edwards, CurveCheck.of(edwards));
            default -> throw new Unusable("not a kind of key that checks signatures here");
          });
    } catch (JOSEException | IllegalArgumentException | IllegalStateException e) {
      throw new Unusable("not a valid key: " + e.getMessage());
    }
  }

  @Nullable String id() {
    return jwk.getKeyID();
  }

  boolean sameAs(JWK other) {
    return jwk.equals(other);
  }

  boolean fits(String algorithm) {
    return checks.containsKey(algorithm);
  }

  /// Whether the signature is this key's over these bytes. What cannot be checked is not.
  boolean verifies(String algorithm, byte[] signed, byte[] signature) {
    SignatureCheck check = checks.get(algorithm);
    return check != null && check.verifies(signed, signature);
  }

  private static Map<String, SignatureCheck> curve(JWK key, CurveCheck check) throws Unusable {
    return fitting(key, check.algorithms()).stream()
        .collect(Collectors.toMap(JWSAlgorithm::getName, _ -> check::verifies));
  }

  private static Map<String, SignatureCheck> rsa(RSAKey key) throws JOSEException, Unusable {
    int bits = key.size();
    if (bits < SHORTEST_RSA || bits > LONGEST_RSA) {
      throw new Unusable("an RSA key of " + bits + " bits");
    }
    var verifier = new RSASSAVerifier(key.toRSAPublicKey());
    verifier.getJCAContext().setProvider(SignatureProvider.forRsa());
    return fitting(key, RSASSAVerifier.SUPPORTED_ALGORITHMS).stream()
        .collect(Collectors.toMap(JWSAlgorithm::getName, algorithm -> rsa(verifier, algorithm)));
  }

  private static SignatureCheck rsa(JWSVerifier verifier, JWSAlgorithm algorithm) {
    var header = new JWSHeader(algorithm);
    return (signed, signature) -> {
      try {
        return verifier.verify(header, signed, Base64URL.encode(signature));
      } catch (JOSEException e) {
        return false;
      }
    };
  }

  /// A key that names its algorithm is good for that one only (RFC 7517 §4.4).
  private static Set<JWSAlgorithm> fitting(JWK jwk, Set<JWSAlgorithm> possible) throws Unusable {
    if (jwk.getAlgorithm() == null) {
      return possible;
    }
    var named =
        possible.stream().filter(a -> a.getName().equals(jwk.getAlgorithm().getName())).toList();
    if (named.isEmpty()) {
      throw new Unusable("its alg does not fit its kind: " + jwk.getAlgorithm());
    }
    return Set.copyOf(named);
  }

  /// Whether a signature is the key's over these bytes, by one algorithm.
  private interface SignatureCheck {
    boolean verifies(byte[] signed, byte[] signature);
  }

  /// Why a key of a set is left out.
  static final class Unusable extends Exception {
    Unusable(String why) {
      super(why);
    }
  }
}
