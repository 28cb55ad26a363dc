package io.sallyport.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.sallyport.async.Answer;
import io.sallyport.authentication.Authentication.Authenticated;
import io.sallyport.authentication.Authentication.Rejected;
import io.sallyport.authentication.Authenticator.Presented;
import io.sallyport.authentication.FetchedKeys.Pace;
import io.sallyport.bundle.JwtIdentity;
import io.sallyport.bundle.JwtIdentity.KeyFile;
import io.sallyport.bundle.JwtIdentity.KeyUrl;
import io.sallyport.policy.Vouching;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What outlives a request and a bundle: verified tokens, key sets, bounds. The issuer's answers
/// are scripted; a real one is in [HttpsKeySetFetchTest].
class BearerTokensTest {
  private static final Vouching CORPORATE = new Vouching(List.of("corporate"), false);
  private static final Duration SOON = Duration.ofMillis(20);

  private final Tokens issuer = new Tokens("k1");
  private final Tokens rotated = new Tokens("k2");
  private final String good = "Bearer " + issuer.token(Instant.now());
  private final AtomicLong nanos = new AtomicLong(Duration.ofHours(1).toNanos());
  private final AtomicInteger fetches = new AtomicInteger();
  private final AtomicReference<Supplier<@Nullable CompletableFuture<String>>> answers =
      new AtomicReference<>(() -> document(issuer));
  private final BearerTokens tokens = tokens(Duration.ofSeconds(30));

  @AfterEach
  void end() {
    tokens.close();
  }

  @Test
  void aKnownTokenCostsNoSignatureCheck() {
    Authenticator authenticator = trusting(issuer.identity("corporate"));
    for (int i = 0; i < 1000; i++) {
      assertThat(word(authenticator, good)).isEqualTo("accepted");
    }
  }

  @Test
  void theTokenThatAConnectionShowedLastIsKnownToIt() {
    Authenticator authenticator = trusting(issuer.identity("corporate"));
    var memory = new CredentialMemory();
    word(authenticator, good, memory);
    word(authenticator, good, memory);

    assertThat(Objects.requireNonNull(memory.lastVerified).field()).isEqualTo(good);
  }

  @Test
  void aKnownTokenExpiresToo() {
    Authenticator authenticator = trusting(issuer.identity("corporate"));
    assertThat(word(authenticator, good)).isEqualTo("accepted");

    var later = presented(good, new CredentialMemory(), Instant.now().plusSeconds(700));

    assertThat(word(settled(authenticator.authenticate(CORPORATE, later))))
        .isEqualTo("expired-credential");
  }

  @Test
  void aKnownTokenIsWorthNothingWhereItsIdentityDoesNotVouch() {
    Authenticator authenticator =
        trusting(issuer.identity("corporate"), rotated.identity("partners"));
    var memory = new CredentialMemory();
    word(authenticator, good, memory);
    word(authenticator, good, memory);

    var partners = new Vouching(List.of("partners"), false);

    assertThat(
            word(
                settled(
                    authenticator.authenticate(partners, presented(good, memory, Instant.now())))))
        .isEqualTo("bad-credential");
  }

  @Test
  void aKnownTokenIsWorthNothingUnderAnotherDefinitionOfItsIdentity() {
    Authenticator before = trusting(issuer.identity("corporate"));
    var memory = new CredentialMemory();
    word(before, good, memory);
    word(before, good, memory);

    Authenticator after = trusting(rotated.identity("corporate"));

    assertThat(word(after, good, memory)).isEqualTo("bad-credential");
    assertThat(word(before, good, memory)).isEqualTo("accepted");
  }

  @Test
  void aKnownTokenIsKnownToTheNextBundleWithTheSameIdentity() {
    BearerTokens one = tokens(new TokenSettings(1, 1, 1, _ -> false, 1 << 20));
    Authenticator before = trusting(one, issuer.identity("corporate"));
    assertThat(word(before, good)).isEqualTo("accepted");
    Authenticator after = trusting(one, issuer.identity("corporate"));
    before.close();
    before.close();

    for (int i = 0; i < 10; i++) {
      assertThat(word(after, good)).isEqualTo("accepted");
    }
    one.close();
  }

  @Test
  void severalAuthorizationFieldsAreRefused() {
    var two =
        new Presented(
            List.of(good, good),
            InetAddress.getLoopbackAddress(),
            new CredentialMemory(),
            Instant.now());

    assertThat(word(settled(trusting(issuer.identity("corporate")).authenticate(CORPORATE, two))))
        .isEqualTo("bad-credential");
  }

  @Test
  void aKeyFileWithoutKeysIsAProblemOfTheBundle() {
    assertThat(tokens.trusting(List.of(Tokens.identity("x", new KeyFile("keys/x.json", "{}")))))
        .isInstanceOfSatisfying(
            BearerTokens.Distrusted.class,
            problem ->
                assertThat(problem.problems())
                    .singleElement()
                    .asString()
                    .startsWith("keys/x.json: the keys of identity 'x': not a key set"));
  }

  @Test
  void aRequestWaitsForKeysThatAreOnTheirWay() {
    var coming = new CompletableFuture<String>();
    answers.set(() -> coming);
    Authenticator authenticator = trusting(fetched(SOON.multipliedBy(100), SOON));

    Answer<Authentication> answer =
        authenticator.authenticate(
            CORPORATE, presented(good, new CredentialMemory(), Instant.now()));
    assertThat(answer).isInstanceOf(Answer.Pending.class);
    coming.complete(issuer.keySet());

    assertThat(word(settled(answer))).isEqualTo("accepted");
    assertThat(fetches).hasValue(1);
  }

  static Stream<Arguments> brokenIssuers() {
    return Stream.of(
        broken("fails", () -> CompletableFuture.failedFuture(new IllegalStateException("down"))),
        broken("never answers", CompletableFuture::new),
        broken("answers null", () -> CompletableFuture.completedFuture(null)),
        broken("answers nonsense", () -> CompletableFuture.completedFuture("<html>")),
        broken("has no key", () -> CompletableFuture.completedFuture("{\"keys\":[]}")),
        broken("is null", () -> null),
        broken(
            "throws",
            () -> {
              throw new IllegalStateException("fetch");
            }));
  }

  @ParameterizedTest
  @MethodSource("brokenIssuers")
  void whileTheIssuerIsBrokenItsTokensAreNotJudgedAndAfterwardsTheyAre(
      Supplier<@Nullable CompletableFuture<String>> answer) {
    answers.set(answer);
    Authenticator authenticator = trusting(fetched(Duration.ofHours(1), Duration.ofHours(1)));
    assertThat(word(authenticator, good)).isEqualTo("keys-unavailable");

    answers.set(() -> document(issuer));
    waitFor(
        () -> {
          nanos.addAndGet(SOON.toNanos());
          return word(authenticator, good).equals("accepted");
        });
  }

  @Test
  void keysServeWhileTheIssuerIsDownUntilTheyAreTooOld() {
    Authenticator authenticator = trusting(fetched(SOON, Duration.ofHours(24)));
    waitFor(() -> word(authenticator, good).equals("accepted"));
    answers.set(() -> CompletableFuture.failedFuture(new IllegalStateException("down")));
    int before = fetches.get();
    waitFor(() -> fetches.get() > before + 1);
    String another = "Bearer " + issuer.token(Instant.now().minusSeconds(1));
    assertThat(word(authenticator, another)).isEqualTo("accepted");

    nanos.addAndGet(Duration.ofHours(24).toNanos());

    waitFor(() -> word(authenticator, another).equals("keys-unavailable"));
    assertThat(word(authenticator, good)).isEqualTo("keys-unavailable");
  }

  @Test
  void anUnknownKeyAsksTheIssuerAgainButNotTooOften() {
    Authenticator authenticator = trusting(fetched(Duration.ofHours(1), Duration.ofHours(1)));
    waitFor(() -> word(authenticator, good).equals("accepted"));
    answers.set(() -> document(issuer, rotated));

    assertThat(word(authenticator, "Bearer " + rotated.token(Instant.now()))).isEqualTo("accepted");
    assertThat(fetches).hasValue(2);

    Tokens stranger = new Tokens("k3");
    assertThat(word(authenticator, "Bearer " + stranger.token(Instant.now())))
        .isEqualTo("bad-credential");
    assertThat(fetches).hasValue(2);
    nanos.addAndGet(Duration.ofSeconds(30).toNanos());
    assertThat(word(authenticator, "Bearer " + stranger.token(Instant.now())))
        .isEqualTo("bad-credential");
    assertThat(fetches).hasValue(3);
  }

  @Test
  void aTokenWhoseKeyWasDroppedIsWorthNothing() {
    Authenticator authenticator = trusting(fetched(SOON, Duration.ofHours(1)));
    var memory = new CredentialMemory();
    waitFor(() -> word(authenticator, good, memory).equals("accepted"));
    word(authenticator, good, memory);

    answers.set(() -> document(rotated));

    waitFor(() -> word(authenticator, good, memory).equals("bad-credential"));
  }

  @Test
  void aReloadDoesNotFetchAnewAndTheLastUserEndsTheRefreshing() {
    JwtIdentity before = fetched(Duration.ofMillis(50), Duration.ofHours(1));
    Authenticator first = trusting(before);
    waitFor(() -> word(first, good).equals("accepted"));
    answers.set(() -> CompletableFuture.failedFuture(new IllegalStateException("down")));
    JwtIdentity after =
        new JwtIdentity(
            "corporate",
            Tokens.ISSUER,
            List.of(Tokens.AUDIENCE, "api://more"),
            before.algorithms(),
            before.keys(),
            before.types(),
            before.clockSkew(),
            before.maxLifetime());
    Authenticator second = trusting(after);
    first.close();

    assertThat(word(second, good)).isEqualTo("accepted");
    int then = fetches.get();
    waitFor(() -> fetches.get() > then);
    second.close();
    assertThat(word(second, good)).isEqualTo("accepted");
  }

  @Test
  void checksAreBoundedForAConnectionForASourceAndInAll() {
    var budget = new AttemptBudget(new TokenSettings(2, 4, 8, address::equals, 1), nanos::get);
    var memory = new CredentialMemory();
    assertThat(spent(budget, memory, "192.0.2.1")).isEqualTo(4);
    assertThat(budget.exceeded(memory, ip("192.0.2.1"))).isEqualTo("connection");

    assertThat(spent(budget, new CredentialMemory(), "192.0.2.1")).isEqualTo(4);
    assertThat(budget.exceeded(new CredentialMemory(), ip("192.0.2.1"))).isEqualTo("source");

    assertThat(spent(budget, new CredentialMemory(), "2001:db8::1")).isEqualTo(4);
    assertThat(spent(budget, new CredentialMemory(), "2001:db8::2")).isEqualTo(4);
    assertThat(budget.exceeded(new CredentialMemory(), ip("2001:db8::3"))).isEqualTo("source");
    assertThat(budget.exceeded(new CredentialMemory(), address)).isEqualTo("all");

    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(spent(budget, memory, "192.0.2.1")).isEqualTo(2);
    assertThat(spent(budget, new CredentialMemory(), "198.51.100.1")).isEqualTo(4);
    assertThat(spent(budget, new CredentialMemory(), "198.51.100.1")).isEqualTo(2);
    assertThat(budget.exceeded(new CredentialMemory(), address)).isEqualTo("all");
  }

  private final InetAddress address = ip("198.51.100.1");

  private static int spent(AttemptBudget budget, CredentialMemory memory, String from) {
    int granted = 0;
    while (granted < 4 && budget.exceeded(memory, ip(from)) == null) {
      granted++;
    }
    return granted;
  }

  private static InetAddress ip(String literal) {
    return InetAddress.ofLiteral(literal);
  }

  private BearerTokens tokens(Duration unknownKey) {
    return new BearerTokens(TokenSettings.DEFAULT, new Scripted(), pace(unknownKey), nanos::get);
  }

  private BearerTokens tokens(TokenSettings settings) {
    return new BearerTokens(settings, new Scripted(), pace(SOON), nanos::get);
  }

  private static Pace pace(Duration unknownKey) {
    return new Pace(unknownKey, SOON, SOON, Duration.ofMillis(200));
  }

  private static JwtIdentity fetched(Duration refresh, Duration staleFor) {
    return Tokens.identity(
        "corporate",
        new KeyUrl(URI.create("https://id.example.com/jwks.json"), "", refresh, staleFor));
  }

  private Authenticator trusting(JwtIdentity... identities) {
    return trusting(tokens, identities);
  }

  private static Authenticator trusting(BearerTokens tokens, JwtIdentity... identities) {
    return ((BearerTokens.Trusted) tokens.trusting(List.of(identities))).authenticator();
  }

  private static String word(Authenticator authenticator, String field) {
    return word(authenticator, field, new CredentialMemory());
  }

  private static String word(Authenticator authenticator, String field, CredentialMemory memory) {
    return word(
        settled(authenticator.authenticate(CORPORATE, presented(field, memory, Instant.now()))));
  }

  private static Presented presented(String field, CredentialMemory memory, Instant time) {
    return new Presented(List.of(field), InetAddress.getLoopbackAddress(), memory, time);
  }

  private static Authentication settled(Answer<Authentication> answer) {
    return switch (answer) {
      case Answer.Ready<Authentication>(Authentication value) -> value;
      case Answer.Pending<Authentication>(var mono) ->
          Objects.requireNonNull(mono.block(Duration.ofSeconds(5)));
    };
  }

  private static String word(Authentication authentication) {
    return switch (authentication) {
      case Authenticated _ -> "accepted";
      case Rejected rejected -> rejected.reason().word();
    };
  }

  private static CompletableFuture<String> document(Tokens... issuers) {
    String keys =
        Stream.of(issuers)
            .map(one -> one.key.toPublicJWK().toJSONString())
            .reduce((one, other) -> one + ',' + other)
            .orElseThrow();
    return CompletableFuture.completedFuture("{\"keys\":[" + keys + "]}");
  }

  private static Arguments broken(
      String name, Supplier<@Nullable CompletableFuture<String>> answer) {
    return argumentSet(name, answer);
  }

  private static void waitFor(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within 10 s");
      }
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private final class Scripted implements KeySetFetch {
    @Override
    @SuppressWarnings("NullAway") // One of the scripts breaks the contract on purpose.
    public CompletableFuture<String> fetch(KeyUrl from) {
      fetches.incrementAndGet();
      return answers.get().get();
    }

    @Override
    public void close() {}
  }
}
