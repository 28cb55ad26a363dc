package io.sallyport.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpHeaders;
import io.sallyport.admission.Considered;
import io.sallyport.admission.Refusal;
import io.sallyport.limits.Allowance;
import io.sallyport.policy.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What callers are told.
final class ProblemTest {
  private static final String ID = "0123456789abcdef0123456789abcdef";

  private static Problem problem(Reason reason) {
    return Objects.requireNonNull(Problem.table(EdgeSettings.DEFAULT).get(reason));
  }

  private static String body(Reason reason) {
    return problem(reason).body(ID).toString(StandardCharsets.UTF_8);
  }

  private static HttpHeaders headers(Refusal refusal) {
    return problem(refusal.reason()).headers(ID, refusal);
  }

  private static HttpHeaders headers(Reason reason) {
    return headers(new Refusal(reason, "", Considered.NOTHING));
  }

  @Test
  void aProblemIsOneLineOfJson() {
    assertThat(body(Reason.NO_ROUTE))
        .isEqualTo(
            """
            {"type":"urn:sallyport:problem:no-route","title":"Not found","status":404,\
            "decision":"0123456789abcdef0123456789abcdef"}
            """);
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void itsLengthIsRightAndNobodyKeepsIt(Reason reason) {
    HttpHeaders headers = headers(reason);
    assertThat(headers.get("content-length")).isEqualTo(Integer.toString(body(reason).length()));
    assertThat(headers.get("content-type")).isEqualTo("application/problem+json");
    assertThat(headers.get("cache-control")).isEqualTo("no-store");
    assertThat(headers.get("sallyport-decision")).isEqualTo(ID);
  }

  @ParameterizedTest
  @CsvSource({"401", "403", "429", "503"})
  void everyoneHearsTheSameFor(int status) {
    Set<String> told =
        Arrays.stream(Reason.values())
            .filter(reason -> reason.status() == status)
            .map(ProblemTest::body)
            .collect(Collectors.toSet());
    assertThat(told).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NO_CREDENTIAL | Bearer realm=\"sallyport\"",
        "BAD_CREDENTIAL | Bearer realm=\"sallyport\", error=\"invalid_token\"",
        "EXPIRED_CREDENTIAL | Bearer realm=\"sallyport\", error=\"invalid_token\"",
        "PROOF_MISSING | Bearer realm=\"sallyport\", error=\"invalid_token\"",
        "STEP_UP_REQUIRED | Bearer realm=\"sallyport\", error=\"insufficient_user_authentication\"",
      })
  void everyUnauthorizedAnswerCarriesAChallenge(Reason reason, String challenge) {
    assertThat(headers(reason).get("www-authenticate")).isEqualTo(challenge);
  }

  @Test
  void nobodyElseIsChallenged() {
    for (Reason reason : Reason.values()) {
      assertThat(headers(reason).contains("www-authenticate")).isEqualTo(reason.status() == 401);
    }
  }

  @Test
  void whoIsLimitedIsToldWhenToComeAgain() {
    var limit = FieldsTest.perClient();
    var exhausted = new Allowance.Exhausted(limit, new Allowance.Quota(limit, 0, 60_000), 11_001);
    Refusal refusal = new Refusal(Reason.LIMITED, "", Considered.NOTHING, Set.of(), exhausted);

    HttpHeaders headers = headers(refusal);

    assertThat(headers.get("retry-after")).isEqualTo("12");
    assertThat(headers.get("ratelimit-policy")).isEqualTo("\"per-client\";q=600;w=60");
    assertThat(headers.get("ratelimit")).isEqualTo("\"per-client\";r=0;t=12");
  }
}
