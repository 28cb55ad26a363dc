package io.sallyport.loadtest.proxy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;

/// Makes access tokens (RFC 9068, ES256) with a key that lives in this process only.
public final class TokenMint {
  static final String ISSUER = "https://issuer.compare.test";
  static final String AUDIENCE = "api://bench";
  static final String SCOPE = "bench:read";
  static final String TENANT = "t1";

  private static final String KEY_ID = "compare";
  private static final Duration LIFETIME = Duration.ofHours(2);
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

  private final KeyPair keys;

  TokenMint() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    keys = generator.generateKeyPair();
  }

  /// A token that every check lets pass.
  public String good() {
    return token("alice", TENANT);
  }

  /// A token of a known issuer whose policy says no.
  public String denied() {
    return token("mallory", "t2");
  }

  /// A token whose signature is another token's: well formed, and wrong.
  public String badSignature() {
    String good = good();
    String other = token("bob", TENANT);
    return good.substring(0, good.lastIndexOf('.')) + other.substring(other.lastIndexOf('.'));
  }

  /// Tokens of as many callers, all of which pass.
  public List<String> many(int count) {
    return IntStream.range(0, count)
        .parallel()
        .mapToObj(number -> token("caller-" + number, TENANT))
        .toList();
  }

  /// The public key as a JWKS document (RFC 7517).
  String keySet() {
    var point = ((ECPublicKey) keys.getPublic()).getW();
    return """
    {"keys":[{"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":"%s","x":"%s","y":"%s"}]}
    """
        .formatted(KEY_ID, coordinate(point.getAffineX()), coordinate(point.getAffineY()));
  }

  private String token(String subject, String tenant) {
    long now = Instant.now().getEpochSecond();
    String header = "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}".formatted(KEY_ID);
    String claims =
        """
        {"iss":"%s","aud":"%s","sub":"%s","client_id":"loadtest","scope":"%s","iat":%d,"exp":%d,\
        "jti":"%s-%d","tenant":"%s"}\
        """
            .formatted(
                ISSUER,
                AUDIENCE,
                subject,
                SCOPE,
                now,
                now + LIFETIME.toSeconds(),
                subject,
                now,
                tenant);
    String signed = encode(header) + "." + encode(claims);
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(keys.getPrivate());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + BASE64URL.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK does not sign with P-256", e);
    }
  }

  /// 32 bytes, big-endian, RFC 7518 section 6.2.1.2.
  private static String coordinate(java.math.BigInteger number) {
    byte[] bytes = number.toByteArray();
    byte[] fixed = new byte[32];
    int length = Math.min(bytes.length, fixed.length);
    System.arraycopy(bytes, bytes.length - length, fixed, fixed.length - length, length);
    return BASE64URL.encodeToString(fixed);
  }

  private static String encode(String text) {
    return BASE64URL.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
