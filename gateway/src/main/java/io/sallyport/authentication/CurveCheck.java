package io.sallyport.authentication;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.OctetKeyPair;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks signatures of one elliptic or Edwards curve's key through JCA: ECDSA (RFC 7518 §3.4) and
/// Ed25519 (RFC 8037). Nimbus would spell each signature anew in base64url and in DER and set the
/// key up for each; for Ed25519 it would use Tink, five times as long and 600 kB of garbage.
///
/// Safe to share between threads: each sets the key up once for itself.
final class CurveCheck {
  private static final int ED25519_KEY_BYTES = 32;

  /// What comes before the 32 bytes in a SubjectPublicKeyInfo (RFC 8410 §4).
  private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private final Set<JWSAlgorithm> algorithms;
  private final String jcaName;
  private final PublicKey key;
  private final int signatureBytes;

  // Of each key: a static one would be a map by keys, and hold those that are not in force any
  // more.
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<@Nullable Signature> ready = new ThreadLocal<>();

  private CurveCheck(
      Set<JWSAlgorithm> algorithms, String jcaName, PublicKey key, int signatureBytes) {
    this.algorithms = algorithms;
    this.jcaName = jcaName;
    this.key = key;
    this.signatureBytes = signatureBytes;
  }

  /// @throws IllegalArgumentException when the curve is not supported
  static CurveCheck of(ECKey jwk) throws JOSEException {
    PublicKey key = jwk.toECPublicKey(SignatureProvider.forCurves());
    Curve curve = jwk.getCurve();
    if (Curve.P_256.equals(curve)) {
      return ecdsa(JWSAlgorithm.ES256, "SHA256", key, 64);
    }
    if (Curve.P_384.equals(curve)) {
      return ecdsa(JWSAlgorithm.ES384, "SHA384", key, 96);
    }
    if (Curve.P_521.equals(curve)) {
      return ecdsa(JWSAlgorithm.ES512, "SHA512", key, 132);
    }
    throw new IllegalArgumentException("a curve that is not supported: " + curve);
  }

  /// @param jwk of the curve Ed25519
  static CurveCheck of(OctetKeyPair jwk) throws JOSEException {
    byte[] x = jwk.getX().decode();
    if (x.length != ED25519_KEY_BYTES) {
      throw new JOSEException("an Ed25519 key of " + x.length + " bytes");
    }
    byte[] encoded = new byte[SPKI_PREFIX.length + ED25519_KEY_BYTES];
    System.arraycopy(SPKI_PREFIX, 0, encoded, 0, SPKI_PREFIX.length);
    System.arraycopy(x, 0, encoded, SPKI_PREFIX.length, ED25519_KEY_BYTES);
    try {
      PublicKey key =
          KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
      return new CurveCheck(Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519), "Ed25519", key, 64);
    } catch (GeneralSecurityException e) {
      throw new JOSEException("not an Ed25519 key", e);
    }
  }

  private static CurveCheck ecdsa(
      JWSAlgorithm algorithm, String digest, PublicKey key, int signatureBytes) {
    return new CurveCheck(
        Set.of(algorithm), digest + "withECDSAinP1363Format", key, signatureBytes);
  }

  Set<JWSAlgorithm> algorithms() {
    return algorithms;
  }

  /// Whether the signature is the key's over these bytes. What cannot be checked is not.
  boolean verifies(byte[] signed, byte[] signature) {
    if (signature.length != signatureBytes) {
      return false;
    }
    try {
      Signature check = ready.get();
      if (check == null) {
        check = Signature.getInstance(jcaName, SignatureProvider.forCurves());
        check.initVerify(key);
        ready.set(check);
      }
      check.update(signed);
      return check.verify(signature);
    } catch (GeneralSecurityException | RuntimeException e) {
      // It may hold a part of what was signed: never to be used again.
      ready.remove();
      return false;
    }
  }
}
