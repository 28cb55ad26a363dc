package io.sallyport.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.admission.Admission;
import io.sallyport.admission.AdmissionSettings;
import io.sallyport.admission.ProbeReport;
import io.sallyport.admission.Ruleset;
import io.sallyport.async.Answer;
import io.sallyport.authentication.Authentication;
import io.sallyport.authentication.Authentication.Authenticated;
import io.sallyport.authentication.Authenticator;
import io.sallyport.authentication.IdentitySigner;
import io.sallyport.bundle.Bundle;
import io.sallyport.bundle.BundleReader;
import io.sallyport.bundle.BundleReading;
import io.sallyport.identity.Caller;
import io.sallyport.limits.Limiter;
import io.sallyport.policy.Vouching;
import io.sallyport.testing.GatewayUnderTest;
import io.sallyport.testing.TestBundle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

/// The gateway asks itself before a bundle takes effect; a route that would answer otherwise than
/// its policy says is found, whatever lets it.
@Timeout(60)
final class EnforcementTest {
  private static final String ROUTES =
      """
      - id: readers
        match: { host: localhost, path: "/orders/{id}" }
        policy: readers
        limits: [per-subject]
        upstream: backend
      - id: sockets
        match: { host: localhost, path: /orders/events, upgrade: websocket }
        policy: readers
        upstream: backend
      - id: below
        match: { host: "*.localhost", path: /below/**, methods: [DELETE] }
        policy: readers
        upstream: backend
      - id: open
        match: { host: localhost, path: /open/** }
        policy: open
        upstream: backend
      - id: page
        match: { host: localhost, path: /page }
        policy: open
        respond: { status: 418, body: tea }
      - id: nobody
        match: { host: localhost, path: /nobody }
        policy: nobody
        respond: { status: 200 }
      - id: by-host
        match: { host: localhost, path: /by-host }
        policy: by-host
        respond: { status: 200 }
      - id: perhaps
        match: { host: localhost, path: /perhaps }
        policy: perhaps
        respond: { status: 200 }
      """;
  private static final List<String> WITH_CALLERS = List.of("readers", "sockets", "below");

  private static Map<String, String> files() {
    Map<String, String> files = new HashMap<>(TestBundle.of(ROUTES, "127.0.0.1:1"));
    files.computeIfPresent(
        "policies/policies.yaml",
        (_, text) ->
            text
                + """
                  - id: nobody
                    authenticate: anonymous
                    deny: [ { id: never, when: "request.path == '/nobody'" } ]
                    allow: [ { id: get, when: "request.method == 'GET'" } ]
                  - id: by-host
                    authenticate: anonymous
                    deny: [ { id: upgrading, when: "has(request.headers.upgrade)" } ]
                    allow: [ { id: host, when: "request.headers.host == 'localhost'" } ]
                  - id: perhaps
                    authenticate: [test, anonymous]
                    allow: [ { id: known, when: "caller.authenticated" } ]
                """);
    return files;
  }

  private static Bundle bundle() {
    Map<String, byte[]> bytes = new HashMap<>();
    files()
        .forEach(
            (path, text) ->
                bytes.put(
                    path,
                    text.replace("${issuer}", "https://id.example.com")
                        .getBytes(StandardCharsets.UTF_8)));
    return switch (BundleReader.read(bytes)) {
      case BundleReading.Good good -> good.bundle();
      case BundleReading.Bad bad -> throw new IllegalArgumentException(bad.toString());
    };
  }

  private static ProbeReport asked(Supplier<Answer<Authentication>> answer) throws Exception {
    return asked(answer, Duration.ofSeconds(30));
  }

  private static ProbeReport asked(Supplier<Answer<Authentication>> answer, Duration longest)
      throws Exception {
    var authenticator =
        new Authenticator() {
          @Override
          public Answer<Authentication> authenticate(Vouching vouching, Presented presented) {
            assertThat(presented.probe()).isTrue();
            return vouching.readsNoCredential()
                ? new Answer.Ready<>(new Authenticated(Caller.ANONYMOUS))
                : answer.get();
          }

          @Override
          public void close() {}
        };
    return new Enforcement(
            admission(
                _ -> {
                  throw broken();
                }),
            longest)
        .ask(new Ruleset(bundle(), authenticator));
  }

  private static Admission admission(Limiter limiter) {
    return new Admission(
        AdmissionSettings.DEFAULT,
        limiter,
        new IdentitySigner("https://gateway.test", InstantSource.system()));
  }

  private static IllegalStateException broken() {
    return new IllegalStateException("broken on purpose");
  }

  @Test
  void whatIsSoundIsEnforcedAndNothingIsTakenForIt() throws Exception {
    var taken = new AtomicInteger();
    Limiter counting =
        takes -> {
          taken.incrementAndGet();
          throw broken();
        };
    try (var gateway =
        GatewayUnderTest.start(
            GatewayUnderTest.Setup.DEFAULT.withLimiter(() -> counting), files())) {
      ProbeReport report = gateway.rules().report();

      assertThat(report.failures()).isEmpty();
      assertThat(report.enforced()).isEqualTo(8);
      assertThat(report.unasked()).isEmpty();
      assertThat(taken).hasValue(0);
      assertThat(gateway.signatureChecks()).isZero();
      assertThat(gateway.audit().records()).isEmpty();
      assertThat(gateway.edge().inFlight()).isZero();
    }
  }

  @Test
  void keysThatAreNotThereAreNoReasonToDoubt() throws Exception {
    try (var gateway =
        GatewayUnderTest.start(GatewayUnderTest.Setup.DEFAULT.withIssuerDown(), files())) {
      assertThat(gateway.rules().report().enforced()).isEqualTo(8);
    }
  }

  @Test
  void whoLetsEverybodyInIsFound() throws Exception {
    var alice =
        new Caller.Identified(
            "test",
            "jwt",
            "alice",
            "shop",
            "https://id.example.com",
            null,
            null,
            List.of(),
            List.of("orders:read"),
            List.of(),
            List.of(),
            false,
            Map.of());

    ProbeReport report = asked(() -> new Answer.Ready<>(new Authenticated(alice)));

    assertThat(report.failures().keySet())
        .containsExactlyInAnyOrder("readers", "sockets", "below", "perhaps");
    assertThat(report.failures().get("readers"))
        .isEqualTo("without a token: expected no-credential, came an admission");
    assertThat(report.enforced()).isEqualTo(4);
  }

  @Test
  void whoTakesABadTokenForNoneIsFound() throws Exception {
    ProbeReport report = asked(() -> new Answer.Ready<>(new Authenticated(Caller.ANONYMOUS)));

    assertThat(report.failures().get("perhaps"))
        .isEqualTo("with a bad token: expected a refusal of the token, came no-rule-allowed");
  }

  @Test
  void whoBreaksOrNeverAnswersIsFound() throws Exception {
    assertThat(
            asked(
                    () -> {
                      throw broken();
                    })
                .failures()
                .keySet())
        .containsAll(WITH_CALLERS);
    assertThat(asked(() -> new Answer.Pending<>(Mono.never())).failures().keySet())
        .containsAll(WITH_CALLERS);
  }

  @Test
  void itDoesNotTakeForEver() {
    var spun = new AtomicInteger();
    assertThatThrownBy(
            () ->
                asked(
                    () -> {
                      long until = System.nanoTime() + 500_000_000;
                      while (System.nanoTime() < until) {
                        spun.incrementAndGet();
                      }
                      throw broken();
                    },
                    Duration.ofMillis(200)))
        .isInstanceOf(TimeoutException.class);
  }
}
