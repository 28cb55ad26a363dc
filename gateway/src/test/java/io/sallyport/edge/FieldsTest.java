package io.sallyport.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.sallyport.bundle.Limit;
import io.sallyport.bundle.Route;
import io.sallyport.limits.Allowance;
import io.sallyport.policy.AccessRequest;
import io.sallyport.policy.KeyExpression;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of header fields on the way there and back.
final class FieldsTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  private final EdgeFixture it = new EdgeFixture();

  private HttpHeaders atBackend() {
    return it.arrives().backends.only().headers;
  }

  private HttpHeaders atClient(HttpHeaders answered) {
    it.arrives();
    it.backends.only().answers(200, answered, true);
    return it.client.answerHeaders;
  }

  private String decision() {
    return String.valueOf(it.backends.only().headers.get("sallyport-decision"));
  }

  @Test
  void whatABackendGetsIsExactlyThis() {
    it.identityToken = "signed";
    it.client
        .with("accept", "*/*")
        .with("authorization", "Bearer secret")
        .with("sallyport-identity", "forged")
        .with("Sallyport-Anything", "forged")
        .with("x-forwarded-for", "203.0.113.1")
        .with("X-Forwarded-Prefix", "/admin")
        .with("forwarded", "for=203.0.113.1")
        .with("x-real-ip", "203.0.113.1")
        .with("x-request-id", "mine")
        .with("X-Original-URL", "/admin")
        .with("x-rewrite-url", "/admin")
        .with("X-HTTP-Method-Override", "DELETE")
        .with("x-http-method", "DELETE")
        .with("x-method-override", "DELETE")
        .with("via", "1.1 somebody")
        .with("connection", "close, x-secret-hop")
        .with("x-secret-hop", "1")
        .with("keep-alive", "timeout=5")
        .with("te", "trailers, gzip")
        .with("transfer-encoding", "chunked")
        .with("upgrade", "h2c")
        .with("proxy-authorization", "Basic x")
        .with("proxy-connection", "keep-alive")
        .with("content-length", "0");

    Map<String, List<String>> got = new TreeMap<>();
    HttpHeaders headers = atBackend();
    headers.names().forEach(name -> got.put(name, headers.getAll(name)));

    String decision = decision();
    assertThat(got.remove("traceparent")).singleElement().asString().startsWith("00-" + decision);
    assertThat(got)
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("host", List.of("api.example.com")),
                Map.entry("accept", List.of("*/*")),
                Map.entry("te", List.of("trailers")),
                Map.entry("content-length", List.of("0")),
                Map.entry("via", List.of("1.1 somebody", "1.1 sallyport")),
                Map.entry(
                    "forwarded", List.of("for=192.0.2.7;host=\"api.example.com\";proto=https")),
                Map.entry("x-forwarded-for", List.of("192.0.2.7")),
                Map.entry("x-forwarded-host", List.of("api.example.com")),
                Map.entry("x-forwarded-proto", List.of("https")),
                Map.entry("x-forwarded-port", List.of("443")),
                Map.entry("x-request-id", List.of(decision)),
                Map.entry("sallyport-identity", List.of("signed")),
                Map.entry("sallyport-decision", List.of(decision))));
    assertThat(decision).matches("[0-9a-f]{32}");
  }

  @Test
  void aTrustedProxyIsBelievedAndOurHopAdded() {
    it.client.peer = new Peer(InetAddress.ofLiteral("10.0.0.9"), Peer.Standing.TRUSTED_PROXY);
    it.client
        .with("x-forwarded-for", "203.0.113.1")
        .with("forwarded", "for=203.0.113.1")
        .with("x-forwarded-proto", "http")
        .with("x-forwarded-host", "shop.example.com")
        .with("x-request-id", "theirs")
        .with("x-original-url", "/admin")
        .with("sallyport-identity", "forged");

    HttpHeaders headers = atBackend();

    assertThat(headers.contains("x-original-url")).isFalse();
    assertThat(headers.get("x-forwarded-for")).isEqualTo("203.0.113.1, 10.0.0.9");
    assertThat(headers.get("forwarded"))
        .isEqualTo("for=203.0.113.1, for=10.0.0.9;host=\"api.example.com\";proto=https");
    assertThat(headers.getAll("x-forwarded-proto")).containsExactly("http");
    assertThat(headers.getAll("x-forwarded-host")).containsExactly("shop.example.com");
    assertThat(headers.get("x-request-id")).isEqualTo("theirs");
    assertThat(headers.contains("sallyport-identity")).isFalse();
  }

  @Test
  void theCanonicalHostKeepsTheClientsPort() {
    it.client.headers.set("host", "API.Example.com:8443");

    HttpHeaders headers = atBackend();

    assertThat(headers.get("host")).isEqualTo("api.example.com:8443");
    assertThat(headers.get("x-forwarded-port")).isEqualTo("8443");
  }

  @Test
  void anIpv6PeerIsQuotedAsItsRfcWants() {
    it.client.peer = new Peer(InetAddress.ofLiteral("2001:db8::7"), Peer.Standing.STRANGER);

    assertThat(atBackend().get("forwarded")).startsWith("for=\"[2001:db8:0:0:0:0:0:7]\";");
  }

  @Test
  void whoNamesHostAsAConnectionFieldKeepsIt() {
    it.client.with("connection", "host, content-length, te").with("content-length", "0");

    HttpHeaders headers = atBackend();

    assertThat(headers.get("host")).isEqualTo("api.example.com");
    assertThat(headers.get("content-length")).isEqualTo("0");
  }

  @Test
  void whatABackendWillNotGetIsNotShownToTheRulesEither() {
    it.client
        .with("connection", "x-tenant")
        .with("x-tenant", "t1")
        .with("x-forwarded-proto", "https")
        .with("sallyport-identity", "forged")
        .with("accept", "*/*");
    var shown = new TreeMap<String, List<String>>();
    var passes = it.admission;
    it.admission =
        (inbound, rules) -> {
          for (String name :
              List.of("x-tenant", "x-forwarded-proto", "sallyport-identity", "accept")) {
            shown.put(name, inbound.headers().all(name));
          }
          return passes.apply(inbound, rules);
        };

    it.arrives();

    assertThat(shown)
        .isEqualTo(
            Map.of(
                "x-tenant", List.of(),
                "x-forwarded-proto", List.of(),
                "sallyport-identity", List.of(),
                "accept", List.of("*/*")));
  }

  @Test
  void nobodyHidesWhatATrustedProxySaysByNamingItAConnectionField() {
    it.client.peer = new Peer(InetAddress.ofLiteral("10.0.0.9"), Peer.Standing.TRUSTED_PROXY);
    it.client.with("connection", "x-forwarded-for").with("x-forwarded-for", "203.0.113.1");

    assertThat(atBackend().get("x-forwarded-for")).isEqualTo("203.0.113.1, 10.0.0.9");
  }

  @Test
  void crumbsOfACookieAreJoined() {
    it.client.protocol = "HTTP/2";
    it.client.with("cookie", "a=1").with("cookie", "b=2");

    HttpHeaders headers = atBackend();

    assertThat(headers.getAll("cookie")).containsExactly("a=1; b=2");
    assertThat(headers.get("via")).isEqualTo("2 sallyport");
  }

  @Test
  void theRouteEditsWhatTheBackendGets() {
    it.requestEdits =
        new Route.HeaderEdits(
            List.of(new Route.HeaderEdits.Field("x-api", "v0")), List.of("x-debug", "x-api"));
    it.client.with("x-debug", "1").with("x-api", "v9");

    HttpHeaders headers = atBackend();

    assertThat(headers.contains("x-debug")).isFalse();
    assertThat(headers.getAll("x-api")).containsExactly("v0");
  }

  @Test
  void aTraceGoesOnWithOurOwnParent() {
    it.client
        .with("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01")
        .with("tracestate", "vendor=1");

    HttpHeaders headers = atBackend();

    assertThat(headers.get("traceparent"))
        .matches("00-" + TRACE + "-[0-9a-f]{16}-01")
        .doesNotContain("b7ad6b7169203331");
    assertThat(headers.get("tracestate")).isEqualTo("vendor=1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01more",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x",
      })
  void whatIsNoTraceStartsANewOne(String traceparent) {
    it.client.with("traceparent", traceparent).with("tracestate", "vendor=1");

    HttpHeaders headers = atBackend();

    assertThat(headers.get("traceparent")).matches("00-" + decision() + "-[0-9a-f]{16}-01");
    assertThat(headers.contains("tracestate")).isFalse();
  }

  @Test
  void aTraceOfALaterVersionGoesOnInOurs() {
    it.client.with("traceparent", "cc-" + TRACE + "-b7ad6b7169203331-01-more");

    assertThat(atBackend().get("traceparent")).startsWith("00-" + TRACE + "-");
  }

  @Test
  void whatAClientGetsIsExactlyThis() {
    it.answerEdits = new Route.HeaderEdits(List.of(), List.of("server"));
    HttpHeaders answered =
        new DefaultHttpHeaders()
            .add("content-length", "0")
            .add("server", "secret/1.0")
            .add("connection", "x-internal")
            .add("x-internal", "1")
            .add("transfer-encoding", "chunked")
            .add("keep-alive", "timeout=5")
            .add("strict-transport-security", "max-age=1")
            .add("alt-svc", "h3=\":443\"")
            .add("sallyport-decision", "forged")
            .add("set-cookie", "a=1")
            .add("set-cookie", "b=2");

    HttpHeaders got = atClient(answered);

    assertThat(got.names())
        .containsExactlyInAnyOrder("content-length", "via", "sallyport-decision", "set-cookie");
    assertThat(got.getAll("set-cookie")).containsExactly("a=1", "b=2");
    assertThat(got.getAll("sallyport-decision")).containsExactly(decision());
    assertThat(got.get("via")).isEqualTo("1.1 sallyport");
  }

  @Test
  void anAdmittedCallerIsToldWhatIsLeft() {
    it.allowance = new Allowance.Granted(new Allowance.Quota(perClient(), 12, 4_001), false);

    HttpHeaders got = atClient(new DefaultHttpHeaders().add("ratelimit", "\"backend\";r=1;t=1"));

    assertThat(got.getAll("ratelimit")).containsExactly("\"per-client\";r=12;t=5");
    assertThat(got.get("ratelimit-policy")).isEqualTo("\"per-client\";q=600;w=60");
  }

  static Limit perClient() {
    return new Limit(
        "per-client",
        new KeyExpression() {
          @Override
          public String evaluate(AccessRequest request) {
            return "key";
          }

          @Override
          public Set<String> inputs() {
            return Set.of();
          }
        },
        600,
        Duration.ofSeconds(60),
        50,
        Limit.StoreDown.LOCAL_SHARE);
  }
}
