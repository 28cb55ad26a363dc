package io.sallyport.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.demo.ToldIdentity.Unverified;
import io.sallyport.demo.ToldIdentity.Verified;
import io.sallyport.pki.DevelopmentCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The development issuer stands in for the gateway: both sign ES256 and serve a key set.
final class IdentityVerifierTest {
  private static final DevelopmentCa CA = DevelopmentCa.create(Duration.ofDays(1));

  private DevelopmentIssuer gateway;
  private IdentityVerifier verifier;

  @BeforeEach
  void start() throws IOException {
    gateway = newGateway();
    verifier = new IdentityVerifier(gateway.keySet(), CA.clientContext(), "orders");
  }

  @AfterEach
  void stop() {
    verifier.close();
    gateway.close();
  }

  @Test
  void aTokenOfTheGatewayForThisBackendIsBelieved() {
    var told = verifier.check(gateway.token(aliceFor("orders", Duration.ofMinutes(1))));

    assertThat(told)
        .isInstanceOfSatisfying(
            Verified.class,
            verified ->
                assertThat(verified.claims())
                    .containsEntry("sub", "alice")
                    .containsEntry("tenant", "t1"));
  }

  @Test
  void theKeySetIsFetchedOnceForManyTokens() {
    for (int i = 0; i < 20; i++) {
      verifier.check(gateway.token(aliceFor("orders", Duration.ofMinutes(1))));
    }

    assertThat(gateway.fetches()).isEqualTo(1);
  }

  @Test
  void noTokenATokenForAnotherAndAnExpiredOneAreNot() {
    assertThat(verifier.check(null)).isEqualTo(new Unverified("no Sallyport-Identity"));
    assertThat(verifier.check("alice"))
        .isEqualTo(new Unverified("Sallyport-Identity is not a signed token"));
    assertThat(verifier.check(gateway.token(aliceFor("billing", Duration.ofMinutes(1)))))
        .isEqualTo(new Unverified("meant for [billing], not for orders"));
    assertThat(verifier.check(gateway.token(aliceFor("orders", Duration.ofMinutes(-1)))))
        .isEqualTo(new Unverified("expired"));
  }

  @Test
  void aTokenThatSomebodyElseSignedIsNotBelieved() throws Exception {
    try (var stranger = newGateway()) {
      assertThat(verifier.check(stranger.token(aliceFor("orders", Duration.ofMinutes(1)))))
          .isEqualTo(new Unverified("signed by a key that the gateway does not have"));
    }
  }

  @Test
  void aTokenWhoseClaimsWereChangedIsNotBelieved() {
    var one = gateway.token(aliceFor("orders", Duration.ofMinutes(1))).split("\\.");
    var two = gateway.token(aliceFor("orders", Duration.ofMinutes(2))).split("\\.");

    assertThat(verifier.check(one[0] + "." + two[1] + "." + one[2]))
        .isEqualTo(new Unverified("its signature is wrong"));
  }

  @Test
  void aTokenSignedWithASharedSecretIsNotBelieved() throws Exception {
    var jwt =
        new SignedJWT(
            new JWSHeader(JWSAlgorithm.HS256),
            new JWTClaimsSet.Builder().subject("alice").audience("orders").build());
    jwt.sign(new MACSigner(new byte[32]));

    assertThat(verifier.check(jwt.serialize()))
        .isEqualTo(new Unverified("its algorithm is not ES256"));
  }

  @Test
  void aGatewayThatCannotBeAskedVouchesForNobody() {
    var token = gateway.token(aliceFor("orders", Duration.ofMinutes(1)));
    gateway.down();

    assertThat(verifier.check(token))
        .isInstanceOfSatisfying(
            Unverified.class,
            told -> assertThat(told.problem()).startsWith("the gateway's keys are not to be had"));
  }

  private static DevelopmentIssuer newGateway() throws IOException {
    return DevelopmentIssuer.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        CA.issue("gateway", List.of("localhost"), Duration.ofDays(1)));
  }

  private static TokenRequest aliceFor(String audience, Duration lifetime) {
    return new TokenRequest("alice", "shop", List.of(), audience, Map.of("tenant", "t1"), lifetime);
  }
}
