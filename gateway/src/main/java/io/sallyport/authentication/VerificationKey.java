package io.sallyport.authentication;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
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
  private final JWSVerifier verifier;
  private final Map<String, JWSHeader> headers;

  private VerificationKey(JWK jwk, JWSVerifier verifier, Set<JWSAlgorithm> algorithms) {
    this.jwk = jwk;
    this.verifier = verifier;
    this.headers =
        algorithms.stream().collect(Collectors.toMap(JWSAlgorithm::getName, JWSHeader::new));
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
      return switch (jwk) {
        case ECKey ec -> new VerificationKey(ec, curve(ec), fitting(ec, ofCurve(ec.getCurve())));
        case RSAKey rsa ->
            new VerificationKey(rsa, rsa(rsa), fitting(rsa, RSASSAVerifier.SUPPORTED_ALGORITHMS));
        case OctetKeyPair edwards when Curve.Ed25519.equals(edwards.getCurve()) ->
            new VerificationKey(
                edwards, new Ed25519Check(edwards), fitting(edwards, Ed25519Check.ALGORITHMS));
        default -> throw new Unusable("not a kind of key that checks signatures here");
      };
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
    return headers.containsKey(algorithm);
  }

  /// Whether the signature is this key's over these bytes. What cannot be checked is not.
  boolean verifies(String algorithm, byte[] signed, byte[] signature) {
    JWSHeader header = headers.get(algorithm);
    if (header == null) {
      return false;
    }
    try {
      return verifier.verify(header, signed, Base64URL.encode(signature));
    } catch (JOSEException e) {
      return false;
    }
  }

  private static JWSVerifier curve(ECKey key) throws JOSEException {
    var verifier = new ECDSAVerifier(key.toECPublicKey(SignatureProvider.forCurves()));
    verifier.getJCAContext().setProvider(SignatureProvider.forCurves());
    return verifier;
  }

  private static JWSVerifier rsa(RSAKey key) throws JOSEException, Unusable {
    int bits = key.size();
    if (bits < SHORTEST_RSA || bits > LONGEST_RSA) {
      throw new Unusable("an RSA key of " + bits + " bits");
    }
    var verifier = new RSASSAVerifier(key.toRSAPublicKey());
    verifier.getJCAContext().setProvider(SignatureProvider.forRsa());
    return verifier;
  }

  private static Set<JWSAlgorithm> ofCurve(Curve curve) throws Unusable {
    Map<Curve, JWSAlgorithm> algorithms =
        Map.of(
            Curve.P_256, JWSAlgorithm.ES256,
            Curve.P_384, JWSAlgorithm.ES384,
            Curve.P_521, JWSAlgorithm.ES512);
    JWSAlgorithm algorithm = algorithms.get(curve);
    if (algorithm == null) {
      throw new Unusable("a curve that is not supported: " + curve);
    }
    return Set.of(algorithm);
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

  /// Why a key of a set is left out.
  static final class Unusable extends Exception {
    Unusable(String why) {
      super(why);
    }
  }
}
