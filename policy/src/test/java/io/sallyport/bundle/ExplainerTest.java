package io.sallyport.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.bundle.Explainer.Explanation;
import io.sallyport.bundle.Explainer.Unanswerable;
import io.sallyport.identity.Caller;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ExplainerTest {
  private static final BundleReading.Good ORDERS =
      (BundleReading.Good) BundleReader.read(Path.of("src/test/resources/bundles/good-orders"));

  @Test
  void aDenialShowsEveryRuleAndTheValuesOfItsParts() {
    Explanation explanation =
        explain("alice", "GET", "https://api.example.com/orders?tenant=t2", null);

    assertThat(explanation)
        .isInstanceOfSatisfying(
            Explained.class,
            explained -> {
              assertThat(explained.admitted()).isFalse();
              assertThat(explained.text().lines())
                  .first()
                  .asString()
                  .isEqualTo(
                      "DENY 403  route orders-read  policy orders-read  (bundle "
                          + ORDERS.bundle().shortId()
                          + ")");
              assertThat(explained.text())
                  .containsPattern(
                      "\n  baseline deny blocked-network   false   .*198\\.51\\.100\\.7")
                  .containsPattern("\n  baseline deny revoked           false")
                  .containsPattern("\n  allow own-tenant                false")
                  .containsPattern("'orders:read' in caller.scopes = true")
                  .containsPattern("request.query.tenant == caller.claims.tenant = false")
                  .containsPattern("\n  allow partner                   false");
            });
  }

  @Test
  void anAdmissionSaysWhichRuleHeld() {
    Explanation explanation =
        explain("alice", "GET", "https://api.example.com/orders?tenant=t1", null);

    assertThat(explanation)
        .isInstanceOfSatisfying(
            Explained.class,
            explained -> {
              assertThat(explained.admitted()).isTrue();
              assertThat(explained.text()).startsWith("ALLOW by own-tenant  route orders-read");
            });
  }

  @Test
  void aRuleThatErrorsSaysWhy() {
    Explanation explanation = explain("alice", "GET", "https://api.example.com/orders", null);

    assertThat(explanation)
        .isInstanceOfSatisfying(
            Explained.class,
            explained ->
                assertThat(explained.text())
                    .containsPattern("allow own-tenant +error +error: .*tenant"));
  }

  @Test
  void aRefusalBeforeAnyPolicySaysWhy() {
    assertThat(explain("alice", "GET", "https://api.example.com/orders/..%2fx", null))
        .isInstanceOfSatisfying(
            Explained.class,
            explained -> assertThat(explained.text()).startsWith("REFUSE 400  (bundle "));
    assertThat(explain("anonymous", "GET", "https://api.example.com/orders", null))
        .isInstanceOfSatisfying(
            Explained.class,
            explained ->
                assertThat(explained.text())
                    .startsWith("REFUSE 401  route orders-read")
                    .contains("no-credential"));
  }

  @Test
  void theNearestChangeIsTheSmallestOneFound() {
    assertThat(nearest("alice", "GET", "https://api.example.com/orders?tenant=t2"))
        .containsExactly(
            "allow own-tenant holds, which takes another outcome of: request.query.tenant =="
                + " caller.claims.tenant = false   (\"t2\", \"t1\")");
    assertThat(nearest("alice", "GET", "https://api.example.com/orders?tenant=t1"))
        .containsExactly("refused when this changes: 'orders:read' in caller.scopes = true");
    assertThat(nearest("writer", "POST", "https://api.example.com/orders"))
        .containsExactly(
            "deny freeze does not hold, which takes another outcome of: data.changeFreeze = true");
    assertThat(nearest("anonymous", "GET", "https://api.example.com/orders"))
        .containsExactly("a credential of corporate or partners");
  }

  private static List<String> nearest(String as, String method, String url) {
    return ((Explained) explain(as, method, url, null)).nearest();
  }

  @Test
  void aSecretThatARuleReadsIsNotShown() {
    BundleReading.Good bundle =
        (BundleReading.Good)
            BundleReader.read(
                Map.of(
                    "routes/r.yaml",
                    bytes(
                        """
                        apiVersion: sallyport/v1
                        kind: Routes
                        routes:
                          - id: r
                            match: { host: api.example.com, path: / }
                            policy: p
                            respond: { status: 200 }
                        """),
                    "policies/p.yaml",
                    bytes(
                        """
                        apiVersion: sallyport/v1
                        kind: Policies
                        policies:
                          - id: p
                            authenticate: anonymous
                            allow:
                              - { id: a, when: "request.query.token == 'opensesame' || request.query.all('password') == ['x']" }
                        """)));
    Explained explained =
        (Explained)
            Explainer.explain(
                bundle.bundle(),
                Caller.ANONYMOUS,
                "GET",
                "https://api.example.com/?token=hush-hush&password=hush-hush",
                Map.of(),
                null,
                BundleTests.Question.DEFAULT_TIME);

    assertThat(explained.text())
        .doesNotContain("hush-hush")
        .contains("token == 'opensesame' = false");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  void whatCannotBeAskedIsAnswered() {
    assertThat(explain("alice", "GET", "/orders", null)).isInstanceOf(Unanswerable.class);
    assertThat(explain("alice", "GET", "https://api.example.com/", "localhost"))
        .isInstanceOf(Unanswerable.class);
  }

  private static Explanation explain(
      String as, String method, String url, @Nullable String source) {
    return Explainer.explain(
        ORDERS.bundle(),
        ORDERS.tests().callers().getOrDefault(as, Caller.ANONYMOUS),
        method,
        url,
        Map.<String, List<String>>of(),
        source,
        BundleTests.Question.DEFAULT_TIME);
  }
}
