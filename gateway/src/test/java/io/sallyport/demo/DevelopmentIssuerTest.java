package io.sallyport.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.pki.DevelopmentCa;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DevelopmentIssuerTest {
  private static final DevelopmentCa CA = DevelopmentCa.create(Duration.ofDays(1));
  private static final TokenRequest ALICE =
      new TokenRequest(
          "alice",
          "shop",
          List.of("orders:read", "orders:write"),
          "api://orders",
          Map.of("tenant", "t1"),
          Duration.ofHours(1));

  private final HttpClient client = HttpClient.newBuilder().sslContext(CA.clientContext()).build();
  private DevelopmentIssuer issuer;

  @BeforeEach
  void start() throws IOException {
    issuer =
        DevelopmentIssuer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            CA.issue("issuer", List.of("localhost"), Duration.ofDays(1)));
  }

  @AfterEach
  void stop() {
    issuer.close();
    client.shutdownNow();
  }

  @Test
  void aTokenSaysWhatWasAskedForAndNoMore() throws Exception {
    var before = Instant.now().minusSeconds(1);

    var token = SignedJWT.parse(issuer.token(ALICE));

    assertThat(token.getHeader().toJSONObject())
        .containsOnly(
            Map.entry("alg", "ES256"),
            Map.entry("typ", "at+jwt"),
            Map.entry("kid", publicKeys().getFirst().getKeyID()));
    var claims = token.getJWTClaimsSet();
    assertThat(claims.getClaims())
        .containsOnlyKeys("iss", "aud", "sub", "client_id", "scope", "iat", "exp", "jti", "tenant");
    assertThat(claims.getIssuer())
        .isEqualTo(issuer.issuer())
        .isEqualTo("https://localhost:" + issuer.keySet().getPort());
    assertThat(claims.getAudience()).containsExactly("api://orders");
    assertThat(claims.getSubject()).isEqualTo("alice");
    assertThat(claims.getStringClaim("client_id")).isEqualTo("shop");
    assertThat(claims.getStringClaim("scope")).isEqualTo("orders:read orders:write");
    assertThat(claims.getStringClaim("tenant")).isEqualTo("t1");
    assertThat(claims.getIssueTime().toInstant()).isBetween(before, Instant.now());
    assertThat(
            Duration.between(
                claims.getIssueTime().toInstant(), claims.getExpirationTime().toInstant()))
        .isEqualTo(Duration.ofHours(1));
    assertThat(SignedJWT.parse(issuer.token(ALICE)).getJWTClaimsSet().getJWTID())
        .isNotEqualTo(claims.getJWTID());
  }

  @Test
  void theKeySetIsServedWithoutPrivateKeysAndVerifiesTokens() throws Exception {
    var keys = publicKeys();

    assertThat(keys).hasSize(1).noneMatch(JWK::isPrivate);
    assertThat(verifies(keys, issuer.token(ALICE))).isTrue();
    assertThat(issuer.fetches()).isEqualTo(1);
  }

  @Test
  void aNewKeySignsWhileTheOldOneIsStillServedUntilItIsDropped() throws Exception {
    var old = issuer.token(ALICE);

    issuer.rotate();

    var both = publicKeys();
    assertThat(both).hasSize(2);
    assertThat(verifies(both, old)).isTrue();
    assertThat(verifies(both, issuer.token(ALICE))).isTrue();

    issuer.dropOldKeys();

    var newest = publicKeys();
    assertThat(newest).hasSize(1);
    assertThat(verifies(newest, old)).isFalse();
    assertThat(verifies(newest, issuer.token(ALICE))).isTrue();
  }

  @Test
  void aTokenCanBeMadeThatHasExpired() throws Exception {
    var expired =
        new TokenRequest(
            "alice", "shop", List.of(), "api://orders", Map.of(), Duration.ofMinutes(-1));

    var claims = SignedJWT.parse(issuer.token(expired)).getJWTClaimsSet();

    assertThat(claims.getExpirationTime().toInstant()).isBefore(Instant.now());
    assertThat(claims.getIssueTime()).isBefore(claims.getExpirationTime());
  }

  @Test
  void anIssuerThatIsDownAnswersNobodyAndComesBackWithItsKeys() throws Exception {
    var token = issuer.token(ALICE);
    issuer.down();
    assertThatThrownBy(this::publicKeys).isInstanceOf(ConnectException.class);

    issuer.up();

    assertThat(verifies(publicKeys(), token)).isTrue();
  }

  @Test
  void nothingButTheKeySetIsServed() throws Exception {
    var uri = URI.create(issuer.issuer() + "/");
    var answer = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding());

    assertThat(answer.statusCode()).isEqualTo(404);
  }

  private List<JWK> publicKeys() throws Exception {
    var request = HttpRequest.newBuilder(issuer.keySet()).timeout(Duration.ofSeconds(5)).build();
    return JWKSet.parse(client.send(request, BodyHandlers.ofString()).body()).getKeys();
  }

  private static boolean verifies(List<JWK> keys, String token) throws Exception {
    var jwt = SignedJWT.parse(token);
    var key = new JWKSet(keys).getKeyByKeyId(jwt.getHeader().getKeyID());
    return key != null && jwt.verify(new ECDSAVerifier(key.toECKey()));
  }
}
