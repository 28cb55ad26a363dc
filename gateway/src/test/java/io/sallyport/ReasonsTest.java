package io.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.authentication.TokenSettings;
import io.sallyport.demo.TokenRequest;
import io.sallyport.edge.EdgeSettings;
import io.sallyport.listener.ListenerSettings;
import io.sallyport.policy.Reason;
import io.sallyport.testing.GatewayUnderTest;
import io.sallyport.testing.GatewayUnderTest.Setup;
import io.sallyport.testing.RawBackend;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Flow;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every word of the closed list, as a client meets it: a request over real TLS, the status and
/// fields of its answer, and the word in the audit record. And what no answer ever tells.
@Timeout(30)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ReasonsTest {
  /// One way to each reason, over HTTP/1.1 and HTTP/2 unless it says otherwise.
  private static final List<Row> ROWS =
      List.of(
          row(Reason.MALFORMED_REQUEST, House.SOUND, asking -> asking.send(asking.malformed())),
          row(Reason.AMBIGUOUS_TARGET, House.SOUND, asking -> asking.send(get("/open/%2e%2e/x"))),
          row(Reason.UNKNOWN_HOST, House.SOUND, asking -> asking.send(get("/").host("127.0.0.1"))),
          row(
              Reason.HEADERS_TOO_LARGE,
              House.SOUND,
              asking -> {
                var request = get("/open");
                for (int i = 0; i < 150; i++) {
                  request = request.with("x-" + i, "1");
                }
                return asking.send(request);
              }),
          row(Reason.NO_CREDENTIAL, House.SOUND, asking -> asking.send(get("/orders"))),
          // Who is not proven learns nothing of what there is.
          row(Reason.NO_CREDENTIAL, House.SOUND, asking -> asking.send(get("/no/such/route"))),
          row(
              Reason.BAD_CREDENTIAL,
              House.SOUND,
              asking -> asking.send(get("/orders").bearer(forged(asking.token("orders:read"))))),
          row(
              Reason.EXPIRED_CREDENTIAL,
              House.SOUND,
              asking ->
                  asking.send(
                      get("/orders").bearer(asking.token(Duration.ofMinutes(-10), Map.of())))),
          row(
              Reason.PROOF_MISSING,
              House.SOUND,
              asking ->
                  asking.send(
                      get("/orders")
                          .bearer(
                              asking.token(
                                  Duration.ofMinutes(5),
                                  Map.of("cnf", Map.of("jkt", "thumbprint")))))),
          row(
              Reason.TOO_MANY_ATTEMPTS,
              House.FEW_CHECKS,
              asking -> {
                var request = get("/orders").bearer(forged(asking.token("orders:read")));
                var last = asking.send(request);
                for (int i = 0; i < 10 && last.status() == 401; i++) {
                  last = asking.send(request);
                }
                return last;
              }),
          row(
              Reason.KEYS_UNAVAILABLE,
              House.ISSUER_DOWN,
              asking -> asking.send(get("/orders").bearer(asking.token("orders:read")))),
          row(
              Reason.NO_ROUTE,
              House.SOUND,
              asking -> asking.send(get("/no/such/route").bearer(asking.token()))),
          row(
              Reason.METHOD_NOT_ALLOWED,
              House.SOUND,
              asking ->
                  asking.send(
                      new Ask("DELETE", "/orders", "localhost", List.of(), 0, 0)
                          .bearer(asking.token()))),
          row(
              Reason.UPGRADE_REQUIRED,
              House.SOUND,
              asking -> asking.send(get("/socket").bearer(asking.token()))),
          row(
              Reason.STEP_UP_REQUIRED,
              House.SOUND,
              asking -> asking.send(get("/strong").bearer(asking.token("orders:read")))),
          row(
              Reason.DENIED_BY_RULE,
              House.SOUND,
              asking -> asking.send(get("/denied").bearer(asking.token("orders:read")))),
          row(
              Reason.NO_RULE_ALLOWED,
              House.SOUND,
              asking -> asking.send(get("/orders").bearer(asking.token("other")))),
          row(
              Reason.RULE_ERROR,
              House.SOUND,
              asking -> asking.send(get("/errs").bearer(asking.token("orders:read")))),
          row(
              Reason.LIMITED,
              House.SOUND,
              asking -> {
                var request = get("/limited").bearer(asking.token("orders:read"));
                assertThat(asking.send(request).status()).isEqualTo(200);
                return asking.send(request);
              }),
          row(
              Reason.LIMITS_UNAVAILABLE,
              House.SOUND,
              asking -> asking.send(get("/limited-but-anonymous"))),
          row(
              Reason.INTERNAL,
              House.LIMITER_BROKEN,
              asking -> asking.send(get("/limited").bearer(asking.token("orders:read")))),
          row(
              Reason.BODY_TOO_LARGE,
              House.SOUND,
              asking -> asking.send(post("/small", 2000, 2000))),
          row(Reason.REQUEST_TIMEOUT, House.SOUND, asking -> asking.send(post("/small", 100, 10))),
          row(Reason.UPSTREAM_BROKEN, House.SOUND, asking -> asking.send(get("/nonsense"))),
          row(Reason.UPSTREAM_TIMEOUT, House.SOUND, asking -> asking.send(get("/silence"))),
          row(Reason.NO_ENDPOINT, House.SOUND, asking -> asking.send(get("/gone"))),
          row(Reason.ROUTE_OUT_OF_SERVICE, House.OPEN_OUT, asking -> asking.send(get("/open"))),
          row(Reason.AUDIT_UNAVAILABLE, House.AUDIT_FULL, asking -> asking.send(get("/open"))),
          row(
              Reason.OVERLOADED,
              House.ONE_AT_A_TIME,
              asking -> {
                try (var other = asking.gateway().connect("http/1.1")) {
                  other
                      .getOutputStream()
                      .write(ascii("GET /waits HTTP/1.1\r\nHost: localhost\r\n\r\n"));
                  asking.untilInFlight(1);
                  return asking.send(get("/open"));
                } finally {
                  asking.untilInFlight(0);
                }
              }));

  private static final String ROUTES =
      """
      apiVersion: sallyport/v1
      kind: Routes
      metadata: { owner: test, change: TEST-1 }
      upstreams:
        - id: backend
          protocol: h1
          endpoints: [ { address: "${backend}", zone: a } ]
        - id: gone
          protocol: h1
          endpoints: [ { address: "${gone}", zone: a } ]
      routes:
        - { id: open, match: { host: localhost, path: /open }, policy: open, upstream: backend }
        - { id: waits, match: { host: localhost, path: /waits }, policy: open, upstream: backend }
        - id: orders
          match: { host: localhost, path: /orders, methods: [GET] }
          policy: readers
          upstream: backend
        - { id: denied, match: { host: localhost, path: /denied }, policy: denies, upstream: backend }
        - { id: errs, match: { host: localhost, path: /errs }, policy: errs, upstream: backend }
        - id: limited
          match: { host: localhost, path: /limited }
          policy: readers
          limits: [per-subject]
          upstream: backend
        - id: limited-but-anonymous
          match: { host: localhost, path: /limited-but-anonymous }
          policy: open
          limits: [per-subject]
          upstream: backend
        - id: small
          match: { host: localhost, path: /small }
          policy: open
          upstream: backend
          body: { max: 1KiB }
        - id: behind
          match: { host: localhost, path: /nonsense }
          policy: open
          upstream: backend
        - id: silence
          match: { host: localhost, path: /silence }
          policy: open
          upstream: backend
          timeouts: { connect: 500ms, firstByte: 200ms, total: 5s, idle: 5s }
        - id: strong
          match: { host: localhost, path: /strong }
          policy: strong
          upstream: backend
        - id: socket
          match: { host: localhost, path: /socket, upgrade: websocket }
          policy: readers
          upstream: backend
        - { id: gone, match: { host: localhost, path: /gone }, policy: open, upstream: gone }
      """;

  private static final String POLICIES =
      """
      apiVersion: sallyport/v1
      kind: Policies
      metadata: { owner: test, change: TEST-1 }
      identities:
        - id: test
          jwt:
            issuer: ${issuer}
            audiences: [api://orders]
            algorithms: [ES256]
            keys: { url: "${issuer}/jwks.json", trust: test-ca, refresh: 5m, staleFor: 24h }
            types: [at+jwt]
            clockSkew: 30s
            maxLifetime: 1h
      limits:
        - id: per-subject
          key: caller.subject
          quota: { requests: 1, per: 60s, burst: 1 }
          storeDown: deny
      policies:
        - id: open
          authenticate: anonymous
          allow: [ { id: anyone, when: "true" } ]
        - id: readers
          authenticate: [test]
          allow: [ { id: reader, when: "'orders:read' in caller.scopes" } ]
        - id: strong
          authenticate: [test]
          require: { secondFactor: { acr: [urn:example:mfa, urn:example:hwk], within: 15m } }
          allow: [ { id: reads, when: "'orders:read' in caller.scopes" } ]
        - id: denies
          authenticate: [test]
          deny: [ { id: not-you, when: "caller.authenticated" } ]
          allow: [ { id: all, when: "'orders:read' in caller.scopes" } ]
        - id: errs
          authenticate: [test]
          deny: [ { id: other-tenant, when: "caller.claims['tenant'] == 'x'" } ]
          allow: [ { id: many, when: "'orders:read' in caller.scopes" } ]
      """;

  private final Map<House, GatewayUnderTest> houses = new EnumMap<>(House.class);
  private RawBackend backend;

  /// A gateway in some state. Each is started once.
  enum House {
    SOUND,
    FEW_CHECKS,
    ISSUER_DOWN,
    LIMITER_BROKEN,
    AUDIT_FULL,
    OPEN_OUT,
    ONE_AT_A_TIME;

    Setup setup() {
      Setup usual = Setup.DEFAULT;
      return switch (this) {
        case SOUND -> usual.withBounds(shortIdleTime());
        case FEW_CHECKS ->
            usual.withTokens(
                new TokenSettings(1, 1, 1000, _ -> false, TokenSettings.DEFAULT.cacheBytes()));
        case ISSUER_DOWN -> usual.withIssuerDown();
        case LIMITER_BROKEN ->
            usual.withLimiter(
                () ->
                    _ -> {
                      throw new IllegalStateException("broken on purpose");
                    });
        case AUDIT_FULL, OPEN_OUT -> usual;
        case ONE_AT_A_TIME ->
            usual.withEdge(new EdgeSettings("sallyport", "sallyport", 1, Duration.ofSeconds(30)));
      };
    }

    private static ListenerSettings.Bounds shortIdleTime() {
      var usual = ListenerSettings.Bounds.DEFAULT;
      return new ListenerSettings.Bounds(
          usual.handshake(),
          usual.header(),
          Duration.ofMillis(500),
          usual.headerBytes(),
          usual.headerCount(),
          usual.requestLineBytes(),
          usual.streams(),
          usual.connections(),
          usual.connectionsPerSource(),
          usual.bytesInFlight());
    }
  }

  record Row(Reason reason, House house, Way way) {}

  @FunctionalInterface
  interface Way {
    Answered go(Asking asking) throws Exception;
  }

  private static Row row(Reason reason, House house, Way way) {
    return new Row(reason, house, way);
  }

  /// A request to send.
  ///
  /// @param announced length of its body
  /// @param sent how much of that comes
  record Ask(
      String method,
      String target,
      String host,
      List<Map.Entry<String, String>> fields,
      int announced,
      int sent) {
    Ask host(String other) {
      return new Ask(method, target, other, fields, announced, sent);
    }

    Ask with(String name, String value) {
      var more = new ArrayList<>(fields);
      more.add(Map.entry(name, value));
      return new Ask(method, target, host, more, announced, sent);
    }

    Ask bearer(String token) {
      return with("authorization", "Bearer " + token);
    }
  }

  private static Ask get(String target) {
    return new Ask("GET", target, "localhost", List.of(), 0, 0);
  }

  private static Ask post(String target, int announced, int sent) {
    return new Ask("POST", target, "localhost", List.of(), announced, sent);
  }

  record Answered(int status, HttpHeaders headers, String body) {
    String field(String name) {
      return headers.firstValue(name).orElse("");
    }
  }

  /// Who asks a gateway, in one protocol. Every instance is another subject.
  record Asking(GatewayUnderTest gateway, Version version, String subject) {
    Answered send(Ask ask) throws Exception {
      return version == Version.HTTP_2 ? sendHttp2(ask) : sendHttp1(ask);
    }

    /// Each protocol has its own ways to be wrong.
    Ask malformed() {
      return version == Version.HTTP_2
          ? get("/open").with("te", "gzip")
          : get("/open").with("content-length", "+1");
    }

    String token(String... scopes) {
      return gateway.token(subject, scopes);
    }

    String token(Duration lifetime, Map<String, Object> claims) {
      return gateway
          .issuer()
          .token(
              new TokenRequest(
                  subject, "test", List.of("orders:read"), "api://orders", claims, lifetime));
    }

    void untilInFlight(int wanted) throws InterruptedException {
      for (int i = 0; i < 500 && gateway.edge().inFlight() != wanted; i++) {
        Thread.sleep(10);
      }
      assertThat(gateway.edge().inFlight()).isEqualTo(wanted);
    }

    private Answered sendHttp1(Ask ask) throws IOException {
      var head = new StringBuilder();
      head.append(ask.method()).append(' ').append(ask.target()).append(" HTTP/1.1\r\n");
      head.append("Host: ").append(ask.host()).append("\r\nConnection: close\r\n");
      for (var field : ask.fields()) {
        head.append(field.getKey()).append(": ").append(field.getValue()).append("\r\n");
      }
      if (ask.announced() > 0) {
        head.append("Content-Length: ").append(ask.announced()).append("\r\n");
      }
      head.append("\r\n").append("x".repeat(ask.sent()));
      try (var socket = gateway.connect("http/1.1")) {
        socket.getOutputStream().write(ascii(head.toString()));
        String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        List<String> lines = all.lines().toList();
        Map<String, List<String>> fields = new HashMap<>();
        for (String line : lines.subList(1, lines.indexOf(""))) {
          int colon = line.indexOf(':');
          fields
              .computeIfAbsent(line.substring(0, colon), _ -> new ArrayList<>())
              .add(line.substring(colon + 1).strip());
        }
        return new Answered(
            Integer.parseInt(lines.getFirst().split(" ", 3)[1]),
            HttpHeaders.of(fields, (_, _) -> true),
            all.substring(all.indexOf("\r\n\r\n") + 4));
      }
    }

    private Answered sendHttp2(Ask ask) throws IOException, InterruptedException {
      var request =
          HttpRequest.newBuilder(
                  URI.create(
                      "https://"
                          + ask.host()
                          + ":"
                          + gateway.listener().httpsPort()
                          + ask.target()))
              .method(ask.method(), body(ask));
      ask.fields().forEach(field -> request.header(field.getKey(), field.getValue()));
      try (HttpClient client = gateway.client(Version.HTTP_2)) {
        var response = client.send(request.build(), BodyHandlers.ofString());
        client.shutdownNow();
        assertThat(response.version()).isEqualTo(Version.HTTP_2);
        return new Answered(response.statusCode(), response.headers(), response.body());
      }
    }

    private static BodyPublisher body(Ask ask) {
      if (ask.announced() == 0) {
        return BodyPublishers.noBody();
      }
      byte[] sent = ascii("x".repeat(ask.sent()));
      return ask.sent() == ask.announced()
          ? BodyPublishers.ofByteArray(sent)
          : BodyPublishers.fromPublisher(neverEnds(sent));
    }

    private static Flow.Publisher<ByteBuffer> neverEnds(byte[] begin) {
      return subscriber ->
          subscriber.onSubscribe(
              new Flow.Subscription() {
                private boolean begun;

                @Override
                public void request(long most) {
                  if (!begun) {
                    begun = true;
                    subscriber.onNext(ByteBuffer.wrap(begin));
                  }
                }

                @Override
                public void cancel() {}
              });
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// Still the canonical spelling of a token, with another signature.
  private static String forged(String token) {
    int at = token.lastIndexOf('.') + 10;
    return token.substring(0, at) + (token.charAt(at) == 'A' ? 'B' : 'A') + token.substring(at + 1);
  }

  @BeforeAll
  void start() throws IOException {
    backend =
        RawBackend.start(
            connection -> {
              String head = connection.head();
              if (head.startsWith("GET /nonsense")) {
                connection.say("SSH-2.0-what\r\n\r\n");
              } else if (head.startsWith("GET /silence") || head.startsWith("GET /waits")) {
                connection.until("never");
              } else if (head.startsWith("GET")) {
                connection.say(
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
              } else {
                connection.until("never");
              }
            });
    var gone = RawBackend.start(connection -> connection.head());
    gone.close();
    Map<String, String> bundle =
        Map.of(
            "routes/routes.yaml",
            ROUTES.replace("${backend}", backend.address()).replace("${gone}", gone.address()),
            "policies/policies.yaml",
            POLICIES);
    for (House house : House.values()) {
      houses.put(house, GatewayUnderTest.start(house.setup(), bundle));
    }
    gateway(House.AUDIT_FULL).audit().fill();
    gateway(House.OPEN_OUT).takeOutOfService("open");
  }

  @AfterAll
  void stop() throws IOException {
    houses.values().forEach(GatewayUnderTest::close);
    backend.close();
  }

  private GatewayUnderTest gateway(House house) {
    return Objects.requireNonNull(houses.get(house), "a gateway in every state");
  }

  static Stream<Arguments> rows() {
    return IntStream.range(0, ROWS.size())
        .boxed()
        .flatMap(
            row ->
                Stream.of(Version.values())
                    .map(
                        version ->
                            Arguments.argumentSet(
                                ROWS.get(row).reason().word() + " over " + version,
                                ROWS.get(row),
                                version)));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void everyReasonHasItsStatusItsWordAndNothingMore(Row row, Version version) throws Exception {
    Reason reason = row.reason();
    GatewayUnderTest gateway = gateway(row.house());
    double before = gateway.refusals(reason);

    Answered answer = row.way().go(new Asking(gateway, version, UUID.randomUUID().toString()));

    assertThat(answer.status()).as(answer.toString()).isEqualTo(reason.status());
    assertThat(answer.field("strict-transport-security"))
        .isEqualTo("max-age=63072000; includeSubDomains");
    assertThat(answer.field("content-type")).isEqualTo("application/problem+json");
    String decision = answer.field("sallyport-decision");
    assertThat(decision).matches("[0-9a-f]{32}");
    assertThat(answer.body()).contains("\"decision\":\"" + decision + '"');
    tellsWhatTheStatusAsksFor(reason, answer);
    tellsNoMore(reason, answer);
    if (reason == Reason.AUDIT_UNAVAILABLE) {
      // The one refusal that has no record: it is counted, a moment after the answer has left.
      for (int i = 0; i < 500 && gateway.refusals(reason) == before; i++) {
        Thread.sleep(10);
      }
      assertThat(gateway.refusals(reason)).isEqualTo(before + 1);
    } else {
      var record = gateway.record(decision);
      assertThat(record.reason()).as(record.toString()).isEqualTo(reason);
      assertThat(record.status()).isEqualTo(reason.status());
      assertThat(record.protocol()).isEqualTo(version == Version.HTTP_2 ? "HTTP/2" : "HTTP/1.1");
    }
  }

  private static void tellsWhatTheStatusAsksFor(Reason reason, Answered answer) {
    if (reason.status() == 401) {
      assertThat(answer.field("www-authenticate"))
          .isEqualTo(
              "Bearer realm=\"sallyport\""
                  + switch (reason) {
                    case NO_CREDENTIAL -> "";
                    case STEP_UP_REQUIRED ->
                        ", error=\"insufficient_user_authentication\""
                            + ", acr_values=\"urn:example:mfa urn:example:hwk\", max_age=\"900\"";
                    default -> ", error=\"invalid_token\"";
                  });
    } else {
      assertThat(answer.field("www-authenticate")).isEmpty();
    }
    if (reason.status() == 429) {
      assertThat(Integer.parseInt(answer.field("retry-after"))).isPositive();
    }
    assertThat(answer.field("allow")).isEqualTo(reason == Reason.METHOD_NOT_ALLOWED ? "GET" : "");
    if (reason == Reason.LIMITED) {
      assertThat(answer.field("ratelimit-policy")).isEqualTo("\"per-subject\";q=1;w=60");
      assertThat(answer.field("ratelimit")).startsWith("\"per-subject\";r=0;t=");
    } else {
      assertThat(answer.field("ratelimit")).isEmpty();
    }
  }

  /// Which of several reasons it was for a 401, 403 or 503 is nobody's business but the record's.
  private static void tellsNoMore(Reason reason, Answered answer) {
    String everything = answer.headers().map() + answer.body();
    if (Set.of(401, 403, 503).contains(reason.status())) {
      assertThat(everything).doesNotContain(reason.word());
    }
    assertThat(everything)
        .doesNotContain("not-you", "other-tenant", "127.0.0.1", "Exception", "jwks", "broken on");
  }

  @Test
  void aNewReasonNeedsARow() {
    Set<Reason> covered = ROWS.stream().map(Row::reason).collect(Collectors.toSet());

    assertThat(covered).containsExactlyInAnyOrder(Reason.values());
  }
}
