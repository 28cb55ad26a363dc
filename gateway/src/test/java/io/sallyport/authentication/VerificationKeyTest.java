package io.sallyport.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import io.sallyport.authentication.StrictJson.Malformed;
import io.sallyport.authentication.VerificationKey.Unusable;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerificationKeyTest {
  private static final byte[] TEXT = "what is signed".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OTHER = "what is singed".getBytes(StandardCharsets.US_ASCII);

  @ParameterizedTest
  @CsvSource({"ES256, P-256", "ES384, P-384", "ES512, P-521"})
  void signaturesOfCurvesAreChecked(String algorithm, String curve) throws Exception {
    ECKey key = new ECKeyGenerator(Curve.parse(curve)).generate();

    proves(algorithm, key.toPublicJWK(), sign(new ECDSASigner(key), algorithm));
  }

  @ParameterizedTest
  @CsvSource({"ES256, P-256, 64", "ES384, P-384, 96", "ES512, P-521, 132"})
  void numbersBeyondTheOrderOfTheCurveAreNoSignature(String algorithm, String curve, int bytes)
      throws Exception {
    Curve of = Curve.parse(curve);
    var key = VerificationKey.of(new ECKeyGenerator(of).generate().toPublicJWK());
    BigInteger order = of.toECParameterSpec().getOrder();

    for (BigInteger r : List.of(BigInteger.ZERO, BigInteger.ONE, order)) {
      for (BigInteger s : List.of(BigInteger.ZERO, order, order.add(BigInteger.ONE))) {
        byte[] signature = new byte[bytes];
        fill(signature, bytes / 2, r);
        fill(signature, bytes, s);
        assertThat(key.verifies(algorithm, TEXT, signature)).as("%s, %s", r, s).isFalse();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
  void signaturesOfRsaAreChecked(String algorithm) throws Exception {
    proves(algorithm, RSA.toPublicJWK(), sign(new RSASSASigner(RSA), algorithm));
  }

  @ParameterizedTest
  @ValueSource(strings = {"EdDSA", "Ed25519"})
  void signaturesOfEd25519AreChecked(String algorithm) throws Exception {
    var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] encoded = pair.getPublic().getEncoded();
    byte[] x = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    var signature = Signature.getInstance("Ed25519");
    signature.initSign(pair.getPrivate());
    signature.update(TEXT);

    proves(
        algorithm,
        new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x)).build(),
        signature.sign());
  }

  @Test
  void theCorrettoProviderChecksThemWhereItLoads() {
    assertThat(SignatureProvider.forCurves().getName()).isEqualTo("AmazonCorrettoCryptoProvider");
  }

  @Test
  void aKeyThatNamesItsAlgorithmIsGoodForThatOneOnly() throws Exception {
    var key = VerificationKey.of(rsa().algorithm(JWSAlgorithm.PS256).build());

    assertThat(key.fits("PS256")).isTrue();
    assertThat(key.fits("RS256")).isFalse();
    assertThat(key.verifies("RS256", TEXT, sign(new RSASSASigner(RSA), "RS256"))).isFalse();
  }

  @Test
  void keysThatAreNotForCheckingSignaturesAreLeftOut() throws Exception {
    leftOut("private", RSA);
    leftOut("secret", new OctetSequenceKey.Builder(TEXT).build());
    leftOut("use", rsa().keyUse(KeyUse.ENCRYPTION).build());
    leftOut("key_ops", rsa().keyOperations(Set.of(KeyOperation.ENCRYPT)).build());
    leftOut("alg", rsa().algorithm(new Algorithm("RSA-OAEP")).build());
    leftOut("alg", rsa().algorithm(JWSAlgorithm.ES256).build());
    leftOut("1024 bits", new RSAKeyGenerator(1024, true).generate().toPublicJWK());
    leftOut(
        "secp256k1",
        new ECKey.Builder(
                Curve.SECP256K1,
                new Base64URL("eb5mfvncu6xVoGKVzocLBwKb_NstzijZWfKBWxb4F5g"),
                new Base64URL("SDradyajxGVdpPv8DhEIqP0XtEimhVQZnEfQj_sQ1Lg"))
            .build());
  }

  @Test
  void aKeySetWithoutAKeyThatCanBeUsedIsNone() {
    assertThatThrownBy(() -> KeySet.read("{\"keys\":[]}", null)).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> KeySet.read("{}", null)).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> KeySet.read("<html>", null)).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> KeySet.read(set(RSA), null))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("private");
  }

  @Test
  void keysThatShareAnIdAreLeftOutAndTheOthersServe() throws Exception {
    JWK one = new ECKeyGenerator(Curve.P_256).keyID("same").generate().toPublicJWK();
    JWK two = new ECKeyGenerator(Curve.P_256).keyID("same").generate().toPublicJWK();
    JWK good = new ECKeyGenerator(Curve.P_256).keyID("good").generate().toPublicJWK();

    KeySet keys = KeySet.read(set(one, two, good), null);

    assertThat(keys.find("same", "ES256")).isNull();
    assertThat(keys.find("good", "ES256")).isNotNull();
    assertThat(keys.leftOut()).singleElement().asString().contains("same");
  }

  @Test
  void aTokenThatNamesNoKeyMeansTheOnlyOne() throws Exception {
    JWK one = new ECKeyGenerator(Curve.P_256).keyID("one").generate().toPublicJWK();
    JWK two = new ECKeyGenerator(Curve.P_256).keyID("two").generate().toPublicJWK();

    assertThat(KeySet.read(set(one, RSA.toPublicJWK()), null).find(null, "ES256")).isNotNull();
    assertThat(KeySet.read(set(one, two), null).find(null, "ES256")).isNull();
  }

  @Test
  void aKeyThatStaysInItsSetStaysTheSame() throws Exception {
    JWK one = new ECKeyGenerator(Curve.P_256).keyID("one").generate().toPublicJWK();
    JWK two = new ECKeyGenerator(Curve.P_256).keyID("two").generate().toPublicJWK();
    KeySet before = KeySet.read(set(one), null);
    VerificationKey key = Objects.requireNonNull(before.find("one", "ES256"));

    assertThat(KeySet.read(set(two, one), before).holds(key)).isTrue();
    assertThat(KeySet.read(set(two), before).holds(key)).isFalse();
  }

  private static void proves(String algorithm, JWK jwk, byte[] signature) throws Unusable {
    var key = VerificationKey.of(jwk);

    assertThat(key.verifies(algorithm, TEXT, signature)).isTrue();
    assertThat(key.verifies(algorithm, OTHER, signature)).isFalse();
    assertThat(key.verifies(algorithm, TEXT, new byte[signature.length])).isFalse();
    assertThat(key.verifies(algorithm, TEXT, Arrays.copyOf(signature, 7))).isFalse();
    assertThat(key.verifies("HS256", TEXT, signature)).isFalse();
    // What was refused leaves nothing behind.
    assertThat(key.verifies(algorithm, TEXT, signature)).isTrue();
  }

  /// Writes a number so that it ends there.
  private static void fill(byte[] signature, int end, BigInteger number) {
    byte[] bytes = Base64URL.encode(number).decode();
    System.arraycopy(bytes, 0, signature, end - bytes.length, bytes.length);
  }

  private static void leftOut(String why, JWK jwk) {
    assertThatThrownBy(() -> VerificationKey.of(jwk))
        .isInstanceOf(Unusable.class)
        .hasMessageContaining(why);
  }

  private static byte[] sign(JWSSigner signer, String algorithm) throws JOSEException {
    return signer.sign(new JWSHeader(JWSAlgorithm.parse(algorithm)), TEXT).decode();
  }

  private static RSAKey.Builder rsa() throws JOSEException {
    return new RSAKey.Builder(RSA.toRSAPublicKey());
  }

  private static String set(JWK... keys) {
    return new JWKSet(List.of(keys)).toString(false);
  }

  private static final RSAKey RSA = newRsa();

  private static RSAKey newRsa() {
    try {
      return new RSAKeyGenerator(2048).keyID("rsa").generate();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }
}
