package io.sallyport.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.identity.Caller;
import io.sallyport.policy.ForwardedIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentitySignerTest {
  private static final Caller.Identified ALICE =
      new Caller.Identified(
          "corporate",
          "jwt",
          "alice",
          "shop",
          "https://id.example.com",
          null,
          null,
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          false,
          Map.of("tenant", "t1", "email", "a@example.com", "iss", "https://id.example.com"));
  private static final ForwardedIdentity TOLD =
      new ForwardedIdentity(
          "orders", List.of("tenant", "absent", "iss", "exp"), Duration.ofSeconds(60));

  private final AtomicReference<Instant> clock =
      new AtomicReference<>(Instant.ofEpochSecond(1_790_000_000));
  private final IdentitySigner signer = new IdentitySigner("sallyport", clock::get);

  @Test
  void theBackendIsToldWhatThePolicyNamesAndNoMore() throws Exception {
    var jwt = SignedJWT.parse(signer.token(ALICE, TOLD));

    assertThat(jwt.getHeader().getType().getType()).isEqualTo("sallyport-identity+jwt");
    Map<String, Object> claims = jwt.getJWTClaimsSet().toJSONObject();
    assertThat(claims)
        .containsOnlyKeys("iss", "aud", "sub", "tenant", "iat", "exp", "jti")
        .containsEntry("iss", "sallyport")
        .containsEntry("aud", "orders")
        .containsEntry("sub", "alice")
        .containsEntry("tenant", "t1")
        .containsEntry("iat", 1_790_000_000L)
        .containsEntry("exp", 1_790_000_060L);
    assertThat(verifies(jwt)).isTrue();
  }

  @Test
  void aTokenIsMadeAnewAtHalfOfItsLife() {
    String first = signer.token(ALICE, TOLD);
    advance(29);
    assertThat(signer.token(ALICE, TOLD)).isSameAs(first);
    advance(1);
    assertThat(signer.token(ALICE, TOLD)).isNotEqualTo(first);
  }

  @Test
  void eachAudienceHasATokenOfItsOwn() {
    var other = new ForwardedIdentity("billing", List.of(), Duration.ofSeconds(60));

    assertThat(signer.token(ALICE, other)).isNotEqualTo(signer.token(ALICE, TOLD));
  }

  @Test
  void theNextKeyIsPublishedBeforeItSignsAndTheLastOneAfterwards() throws Exception {
    var before = SignedJWT.parse(signer.token(ALICE, TOLD));
    JWKSet published = JWKSet.parse(signer.publicKeySet());

    signer.rotate();
    advance(30);
    var after = SignedJWT.parse(signer.token(ALICE, TOLD));

    assertThat(after.getHeader().getKeyID()).isNotEqualTo(before.getHeader().getKeyID());
    assertThat(published.getKeyByKeyId(after.getHeader().getKeyID())).isNotNull();
    assertThat(verifies(before)).isTrue();
    assertThat(verifies(after)).isTrue();
  }

  @Test
  void onlyPublicKeysAreShown() throws Exception {
    signer.rotate();

    assertThat(JWKSet.parse(signer.publicKeySet()).getKeys())
        .hasSize(3)
        .noneMatch(key -> key.isPrivate());
  }

  @Test
  void replicasThatAreGivenOneKeySetCanCheckEachOthersTokens() throws Exception {
    String shared = IdentitySigner.newPrivateKeySet();
    var one = new IdentitySigner("https://gateway.test", clock::get, shared);
    var other = new IdentitySigner("https://gateway.test", clock::get, shared);

    var jwt = SignedJWT.parse(one.token(ALICE, TOLD));

    var keys = JWKSet.parse(other.publicKeySet());
    assertThat(keys.getKeys()).hasSize(1).noneMatch(key -> key.isPrivate());
    var key = keys.getKeyByKeyId(jwt.getHeader().getKeyID());
    assertThat(jwt.verify(new ECDSAVerifier(key.toECKey()))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"keys\":[]}",
        "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\",\"kid\":\"a\"}]}",
        "PUBLIC"
      })
  void aKeySetThatCannotSignIsRefusedWithoutQuotingIt(String text) {
    String given = text.equals("PUBLIC") ? signer.publicKeySet() : text;

    assertThatThrownBy(() -> new IdentitySigner("https://gateway.test", clock::get, given))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("c2VjcmV0");
  }

  private boolean verifies(SignedJWT jwt) throws Exception {
    var key = JWKSet.parse(signer.publicKeySet()).getKeyByKeyId(jwt.getHeader().getKeyID());
    return jwt.verify(new ECDSAVerifier(key.toECKey()));
  }

  private void advance(long seconds) {
    clock.updateAndGet(now -> now.plusSeconds(seconds));
  }
}
