package io.sallyport.policy.cel;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.identity.Caller;
import io.sallyport.policy.AccessRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InputsTest {
  private final Inputs inputs =
      new CelExpressions(Map.of("blocked", new DataValue("list(cidr)", List.of("192.0.2.0/24"))))
          .inputs();
  private final Asked request =
      Asked.byAlice("/orders?x=1&y=1&y=2&plus=a+b")
          .with(
              Map.of(
                  "authorization", List.of("Bearer secret"),
                  "cookie", List.of("secret"),
                  "dnt", List.of("1")))
          .matched(Map.of("id", "42"));

  @Test
  void readsWhatRulesRead() {
    assertThat(inputs.read("request.method", request)).isEqualTo("GET");
    assertThat(inputs.read("request.host", request)).isEqualTo("api.example.com");
    assertThat(inputs.read("request.path", request)).isEqualTo("/orders");
    assertThat(inputs.read("request.time", request)).isEqualTo("2026-11-23T22:00:00Z");
    assertThat(inputs.read("request.query.x", request)).isEqualTo("1");
    assertThat(inputs.read("request.query.plus", request)).isEqualTo("a+b");
    assertThat(inputs.read("request.headers.dnt", request)).isEqualTo("1");
    assertThat(inputs.read("request.pathParameters.id", request)).isEqualTo("42");
    assertThat(inputs.read("route.id", request)).isEqualTo("orders-read");
    assertThat(inputs.read("source.ip", request)).isEqualTo("198.51.100.7");
    assertThat(inputs.read("caller.kind", request)).isEqualTo("jwt");
    assertThat(inputs.read("caller.scopes", request))
        .isEqualTo(List.of("orders:read", "orders:list"));
    assertThat(inputs.read("caller.claims.tenant", request)).isEqualTo("t1");
    assertThat(inputs.read("data.blocked", request)).isEqualTo(List.of("192.0.2.0/24"));
  }

  @Test
  void aRepeatedNameIsAListAndAnAbsentOneIsNull() {
    assertThat(inputs.read("request.query.y", request)).isEqualTo(List.of("1", "2"));
    assertThat(inputs.read("request.query.absent", request)).isNull();
    assertThat(inputs.read("caller.spiffe", request)).isNull();
    assertThat(inputs.read("caller.claims.tenant", Asked.by(Caller.ANONYMOUS, "/"))).isNull();
    assertThat(inputs.read("data.absent", request)).isNull();
    assertThat(inputs.read("nonsense", request)).isNull();
    assertThat(inputs.read("nonsense.x", request)).isNull();
  }

  @Test
  void neverReadsACredential() {
    assertThat(inputs.read("request.headers.authorization", request)).isNull();
    assertThat(inputs.read("request.headers.cookie", request)).isNull();
    assertThat(inputs.read("request.headers", request)).isNull();
  }

  @Test
  void whatPeoplePutIntoQueriesIsNotRecorded() {
    AccessRequest asking = Asked.byAlice("/?access_token=abc&Password=x&page=2");

    assertThat(inputs.read("request.query.access_token", asking)).isEqualTo("***");
    assertThat(inputs.read("request.query.Password", asking)).isEqualTo("***");
    assertThat(inputs.read("request.query.token", asking)).isNull();
    assertThat(inputs.read("request.query.page", asking)).isEqualTo("2");
  }
}
