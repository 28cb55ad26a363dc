package io.sallyport.authentication;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.JSONObjectUtils;
import io.sallyport.bundle.JwtIdentity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// An issuer that tests hold in their hand: it signs whatever text it is given, good or hostile.
public final class Tokens {
  public static final String ISSUER = "https://id.example.com";
  public static final String AUDIENCE = "api://orders";

  public final ECKey key;

  public Tokens(String kid) {
    try {
      key = new ECKeyGenerator(Curve.P_256).keyID(kid).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /// An identity of this issuer whose keys are a file of the bundle.
  public JwtIdentity identity(String id) {
    return identity(id, new JwtIdentity.KeyFile("keys/" + id + ".json", keySet()));
  }

  public static JwtIdentity identity(String id, JwtIdentity.Keys keys) {
    return new JwtIdentity(
        id,
        ISSUER,
        List.of(AUDIENCE),
        Set.of("ES256"),
        keys,
        List.of("at+jwt"),
        Duration.ofSeconds(30),
        Duration.ofHours(1));
  }

  public String keySet() {
    return new JWKSet(List.<JWK>of(key.toPublicJWK())).toString(true);
  }

  public Map<String, Object> header() {
    var header = new LinkedHashMap<String, Object>();
    header.put("alg", "ES256");
    header.put("typ", "at+jwt");
    header.put("kid", key.getKeyID());
    return header;
  }

  public static Map<String, Object> claims(Instant now) {
    var claims = new LinkedHashMap<String, Object>();
    claims.put("iss", ISSUER);
    claims.put("aud", AUDIENCE);
    claims.put("sub", "alice");
    claims.put("client_id", "shop");
    claims.put("scope", "orders:read orders:write");
    claims.put("tenant", "t1");
    claims.put("iat", now.getEpochSecond());
    claims.put("exp", now.getEpochSecond() + 600);
    return claims;
  }

  /// A good token.
  public String token(Instant now) {
    return sign(header(), claims(now));
  }

  public String sign(Map<String, Object> header, Map<String, Object> claims) {
    return sign(json(header), json(claims));
  }

  /// Signs this text as it is, well formed or not.
  public String sign(String header, String claims) {
    String signed = encode(header) + '.' + encode(claims);
    try {
      return signed
          + '.'
          + new ECDSASigner(key)
              .sign(new JWSHeader(JWSAlgorithm.ES256), signed.getBytes(StandardCharsets.US_ASCII));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  public static String json(Map<String, Object> object) {
    return JSONObjectUtils.toJSONString(object);
  }

  public static String encode(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
