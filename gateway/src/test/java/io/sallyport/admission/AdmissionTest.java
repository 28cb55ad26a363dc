package io.sallyport.admission;

import static io.sallyport.admission.Bundles.CORPORATE;
import static io.sallyport.admission.Bundles.FAILS;
import static io.sallyport.admission.Bundles.HOLDS;
import static io.sallyport.admission.Bundles.allowing;
import static io.sallyport.admission.Bundles.limit;
import static io.sallyport.admission.Bundles.policy;
import static io.sallyport.admission.Bundles.route;
import static io.sallyport.admission.Bundles.rule;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import io.sallyport.async.Answer;
import io.sallyport.authentication.BearerTokens;
import io.sallyport.authentication.CredentialMemory;
import io.sallyport.authentication.IdentitySigner;
import io.sallyport.authentication.TokenSettings;
import io.sallyport.authentication.Tokens;
import io.sallyport.bundle.Bundle;
import io.sallyport.identity.Caller;
import io.sallyport.limits.LocalLimiter;
import io.sallyport.policy.Condition;
import io.sallyport.policy.ForwardedIdentity;
import io.sallyport.policy.Reason;
import io.sallyport.policy.Vouching;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The story of a request, with everything real but the wire.
class AdmissionTest {
  private final Tokens issuer = new Tokens("k1");
  private final BearerTokens tokens =
      new BearerTokens(
          new TokenSettings(5, 100, 1000, _ -> false, 1 << 20),
          _ -> {
            throw new IllegalArgumentException("no trust store is needed here");
          });
  private final Admission admission =
      new Admission(
          AdmissionSettings.DEFAULT,
          new LocalLimiter(1, 1000),
          new IdentitySigner("sallyport", InstantSource.system()));

  private final Bundle bundle =
      Bundles.of(
          Map.of(
              "corporate",
              issuer.identity("corporate"),
              "other",
              new Tokens("k2").identity("other")),
          route("open", "/open", Set.of("GET"), allowing(new Vouching(List.of(), true), null)),
          route(
              "optional",
              "/optional",
              Set.of(),
              allowing(new Vouching(List.of("corporate"), true), null)),
          route("orders", "/orders/{id}", Set.of("GET"), allowing(CORPORATE, null)),
          route(
              "told",
              "/told",
              Set.of(),
              allowing(
                  new Vouching(List.of("corporate"), true),
                  new ForwardedIdentity("backend", List.of("tenant"), Duration.ofSeconds(60)))),
          route(
              "denied",
              "/denied",
              Set.of(),
              policy(CORPORATE, List.of(rule("frozen", HOLDS)), List.of(rule("all", HOLDS)))),
          route(
              "unallowed",
              "/unallowed",
              Set.of(),
              policy(CORPORATE, List.of(), List.of(rule("nobody", FAILS)))),
          route(
              "failing",
              "/failing",
              Set.of(),
              policy(
                  CORPORATE,
                  List.of(rule("broken", _ -> new Condition.Outcome.Failed("absent"))),
                  List.of(rule("all", HOLDS)))),
          route(
              "limited",
              "/limited",
              Set.of(),
              allowing(CORPORATE, null),
              limit("two", _ -> "k", 2)),
          route(
              "keyless",
              "/keyless",
              Set.of(),
              allowing(CORPORATE, null),
              limit("none", _ -> null, 2)));

  private final Ruleset rules = rules(bundle);
  private final String good = "Bearer " + issuer.token(Instant.now());

  @AfterEach
  void end() {
    rules.close();
    tokens.close();
  }

  @Test
  void aProvenCallerWhomThePolicyAllowsIsPermitted() {
    Permit permit = permitted(Head.get("/orders/7?tenant=t1", good));

    assertThat(permit.route().id()).isEqualTo("orders");
    assertThat(permit.variables()).containsEntry("id", "7");
    assertThat(permit.considered().rule()).isEqualTo("everybody");
    assertThat(permit.identityToken()).isNull();
    assertThat(permit.caller())
        .isInstanceOfSatisfying(
            Caller.Identified.class,
            caller -> {
              assertThat(caller.subject()).isEqualTo("alice");
              assertThat(caller.client()).isEqualTo("shop");
              assertThat(caller.scopes()).containsExactly("orders:read", "orders:write");
              assertThat(caller.claims()).containsEntry("tenant", "t1");
            });
  }

  @Test
  void anAmbiguousTargetIsRefusedBeforeAnythingElse() {
    assertThat(refused(Head.get("/orders/..%2fadmin")).reason()).isEqualTo(Reason.AMBIGUOUS_TARGET);
  }

  @Test
  void aHostWithoutRoutesIsUnknown() {
    assertThat(refused(Head.get("/", good).authority("other.example.com")).reason())
        .isEqualTo(Reason.UNKNOWN_HOST);
  }

  @Test
  void aHostThatTheConnectionIsNotCertifiedForIsMisdirected() {
    var connection = new Head.Connection(new CredentialMemory(), false);

    assertThat(refused(Head.get("/orders/7", good).on(connection)).reason())
        .isEqualTo(Reason.UNKNOWN_HOST);
  }

  @Test
  void whereThereIsNoRouteOnlyAProvenCallerHearsSo() {
    assertThat(refused(Head.get("/nowhere", good)).reason()).isEqualTo(Reason.NO_ROUTE);
    assertThat(refused(Head.get("/nowhere")).reason()).isEqualTo(Reason.NO_CREDENTIAL);
    assertThat(refused(Head.get("/nowhere", "Bearer x")).reason()).isEqualTo(Reason.BAD_CREDENTIAL);
  }

  @Test
  void whichMethodsAPathHasOnlyAProvenCallerHears() {
    Refusal refusal = refused(Head.get("/orders/7", good).method("DELETE"));

    assertThat(refusal.reason()).isEqualTo(Reason.METHOD_NOT_ALLOWED);
    assertThat(refusal.allowed()).contains("GET");
    assertThat(refused(Head.get("/orders/7").method("DELETE")).reason())
        .isEqualTo(Reason.NO_CREDENTIAL);
  }

  @Test
  void withoutACredentialNobodyPasses() {
    assertThat(refused(Head.get("/orders/7")).reason()).isEqualTo(Reason.NO_CREDENTIAL);
  }

  @Test
  void aTokenOfAnotherKeyIsRefused() {
    String forged = "Bearer " + new Tokens("k1").token(Instant.now());

    assertThat(refused(Head.get("/orders/7", forged)).reason()).isEqualTo(Reason.BAD_CREDENTIAL);
  }

  @Test
  void anExpiredTokenIsToldFromABadOne() {
    String old = "Bearer " + issuer.token(Instant.now().minusSeconds(700));

    assertThat(refused(Head.get("/orders/7", old)).reason()).isEqualTo(Reason.EXPIRED_CREDENTIAL);
  }

  @Test
  void aTokenThatIsBoundToAKeyNeedsAProof() {
    var claims = Tokens.claims(Instant.now());
    claims.put("cnf", Map.of("jkt", "x"));
    String bound = "Bearer " + issuer.sign(issuer.header(), claims);

    assertThat(refused(Head.get("/orders/7", bound)).reason()).isEqualTo(Reason.PROOF_MISSING);
  }

  @Test
  void signatureChecksAreBoundedBeforeAnyLimit() {
    var connection = new Head.Connection(new CredentialMemory(), true);
    String forged = "Bearer " + new Tokens("k1").token(Instant.now());
    for (int i = 0; i < 10; i++) {
      assertThat(refused(Head.get("/orders/7", forged).on(connection)).reason())
          .isEqualTo(Reason.BAD_CREDENTIAL);
    }

    assertThat(refused(Head.get("/orders/7", forged).on(connection)).reason())
        .isEqualTo(Reason.TOO_MANY_ATTEMPTS);
    permitted(Head.get("/orders/7", good));
  }

  @Test
  void whereAnybodyMayComeACredentialIsNotRead() {
    assertThat(permitted(Head.get("/open", "Bearer x")).caller()).isEqualTo(Caller.ANONYMOUS);
  }

  @Test
  void anOptionalCredentialThatIsBadIsRefused() {
    assertThat(permitted(Head.get("/optional")).caller()).isEqualTo(Caller.ANONYMOUS);
    assertThat(refused(Head.get("/optional", "Bearer x")).reason())
        .isEqualTo(Reason.BAD_CREDENTIAL);
  }

  @Test
  void aDenyRuleThatHoldsDenies() {
    Refusal refusal = refused(Head.get("/denied", good));

    assertThat(refusal.reason()).isEqualTo(Reason.DENIED_BY_RULE);
    assertThat(refusal.considered().rule()).isEqualTo("frozen");
    assertThat(refusal.considered().caller()).isInstanceOf(Caller.Identified.class);
  }

  @Test
  void withoutAnAllowRuleThatHoldsNobodyPasses() {
    assertThat(refused(Head.get("/unallowed", good)).reason()).isEqualTo(Reason.NO_RULE_ALLOWED);
  }

  @Test
  void aDenyRuleThatFailsDenies() {
    assertThat(refused(Head.get("/failing", good)).reason()).isEqualTo(Reason.RULE_ERROR);
  }

  @Test
  void whatIsLeftIsToldAndWhenNothingIsLeftTheRequestIsRefused() {
    assertThat(permitted(Head.get("/limited", good)).allowance().quota())
        .satisfies(quota -> assertThat(quota.remaining()).isEqualTo(1));
    permitted(Head.get("/limited", good));

    Refusal refusal = refused(Head.get("/limited", good));

    assertThat(refusal.reason()).isEqualTo(Reason.LIMITED);
    assertThat(refusal.exhausted())
        .satisfies(told -> assertThat(told.retryAfterMillis()).isBetween(1L, 1000L));
  }

  @Test
  void aLimitWhoseKeyHasNoValueRefuses() {
    assertThat(refused(Head.get("/keyless", good)).reason()).isEqualTo(Reason.LIMITS_UNAVAILABLE);
  }

  @Test
  void theBackendIsToldWhoCallsAndNothingOfNobody() throws Exception {
    var jwt = SignedJWT.parse(permitted(Head.get("/told", good)).identityToken());

    assertThat(jwt.getJWTClaimsSet().getAudience()).containsExactly("backend");
    assertThat(jwt.getJWTClaimsSet().getSubject()).isEqualTo("alice");
    assertThat(jwt.getJWTClaimsSet().getClaim("tenant")).isEqualTo("t1");
    assertThat(permitted(Head.get("/told")).identityToken()).isNull();
  }

  private Permit permitted(Inbound inbound) {
    return switch (decided(inbound)) {
      case Permit permit -> permit;
      case Refusal refusal -> throw new AssertionError(refusal.toString());
    };
  }

  private Refusal refused(Inbound inbound) {
    return switch (decided(inbound)) {
      case Permit permit -> throw new AssertionError("permitted: " + permit.route().id());
      case Refusal refusal -> refusal;
    };
  }

  /// Everything here is known or local: the answer is there at once.
  private Verdict decided(Inbound inbound) {
    return switch (admission.admit(inbound, rules)) {
      case Answer.Ready<Verdict>(Verdict verdict) -> verdict;
      case Answer.Pending<Verdict> _ -> throw new AssertionError("pending");
    };
  }

  private Ruleset rules(Bundle of) {
    return switch (Ruleset.prepare(of, tokens)) {
      case Ruleset.Prepared(Ruleset prepared) -> prepared;
      case Ruleset.Unusable(List<String> problems) -> throw new AssertionError(problems.toString());
    };
  }
}
