package io.sallyport.admission;

import static io.sallyport.admission.Bundles.CORPORATE;
import static io.sallyport.admission.Bundles.HOLDS;
import static io.sallyport.admission.Bundles.limit;
import static io.sallyport.admission.Bundles.route;
import static io.sallyport.admission.Bundles.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.sallyport.async.Answer;
import io.sallyport.authentication.Authentication;
import io.sallyport.authentication.Authentication.Authenticated;
import io.sallyport.authentication.Authenticator;
import io.sallyport.authentication.BackendIdentity;
import io.sallyport.authentication.CredentialMemory;
import io.sallyport.authentication.Tokens;
import io.sallyport.identity.Caller;
import io.sallyport.limits.Allowance;
import io.sallyport.limits.Allowance.Granted;
import io.sallyport.limits.Limiter;
import io.sallyport.policy.AccessRequest;
import io.sallyport.policy.Condition;
import io.sallyport.policy.ForwardedIdentity;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Reason;
import io.sallyport.policy.Tls;
import io.sallyport.policy.Vouching;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/// Law 1: whatever a collaborator of admission does instead of answering, nobody passes, and the
/// refusal has a reason.
@SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // Contracts are broken on purpose.
class FailClosedTest {
  private static final Caller ALICE =
      new Caller.Identified(
          "corporate",
          "jwt",
          "alice",
          null,
          null,
          null,
          null,
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          false,
          Map.of());

  /// Everybody does what they should.
  private static final House SOUND =
      new House(
          () -> new Answer.Ready<>(new Authenticated(ALICE)),
          () -> new Answer.Ready<>(Granted.UNLIMITED),
          (_, _) -> "signed",
          _ -> Condition.Outcome.FAILS,
          HOLDS,
          _ -> "key",
          () -> true);

  record House(
      Supplier<@Nullable Answer<Authentication>> authenticator,
      Supplier<@Nullable Answer<Allowance>> limiter,
      BackendIdentity backendIdentity,
      Function<AccessRequest, Condition.Outcome> deny,
      Function<AccessRequest, Condition.Outcome> allow,
      Function<AccessRequest, @Nullable String> key,
      Supplier<Boolean> certified) {

    House authenticator(Supplier<@Nullable Answer<Authentication>> other) {
      return new House(other, limiter, backendIdentity, deny, allow, key, certified);
    }

    House limiter(Supplier<@Nullable Answer<Allowance>> other) {
      return new House(authenticator, other, backendIdentity, deny, allow, key, certified);
    }

    House backendIdentity(BackendIdentity other) {
      return new House(authenticator, limiter, other, deny, allow, key, certified);
    }

    House deny(Function<AccessRequest, Condition.Outcome> other) {
      return new House(authenticator, limiter, backendIdentity, other, allow, key, certified);
    }

    House allow(Function<AccessRequest, Condition.Outcome> other) {
      return new House(authenticator, limiter, backendIdentity, deny, other, key, certified);
    }

    House key(Function<AccessRequest, @Nullable String> other) {
      return new House(authenticator, limiter, backendIdentity, deny, allow, other, certified);
    }

    House certified(Supplier<Boolean> other) {
      return new House(authenticator, limiter, backendIdentity, deny, allow, key, other);
    }
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        row("authenticator throws", SOUND.authenticator(FailClosedTest::fail), Reason.INTERNAL),
        row(
            "authenticator fails to link",
            SOUND.authenticator(FailClosedTest::failToLink),
            Reason.INTERNAL),
        row("authenticator answers null", SOUND.authenticator(() -> null), Reason.INTERNAL),
        row(
            "authenticator ends empty",
            SOUND.authenticator(() -> pending(Mono.empty())),
            Reason.INTERNAL),
        row(
            "authenticator ends in an error",
            SOUND.authenticator(() -> pending(broken())),
            Reason.INTERNAL),
        row(
            "authenticator never answers",
            SOUND.authenticator(() -> pending(Mono.never())),
            Reason.KEYS_UNAVAILABLE),
        row(
            "authenticator proves null",
            SOUND.authenticator(() -> new Answer.Ready<>(new Authenticated(null))),
            Reason.INTERNAL),
        row(
            "late authenticator, policy denies by error",
            late(SOUND).deny(_ -> fail()),
            Reason.RULE_ERROR),
        row(
            "late authenticator, limiter throws",
            late(SOUND).limiter(FailClosedTest::fail),
            Reason.INTERNAL),
        row(
            "late authenticator, limiter answers null",
            late(SOUND).limiter(() -> null),
            Reason.INTERNAL),
        row(
            "late authenticator, limiter never answers",
            late(SOUND).limiter(() -> pending(Mono.never())),
            Reason.LIMITS_UNAVAILABLE),
        row(
            "late authenticator, no identity token",
            late(SOUND).backendIdentity((_, _) -> null),
            Reason.INTERNAL),
        row("deny rule throws", SOUND.deny(_ -> fail()), Reason.RULE_ERROR),
        row("deny rule answers null", SOUND.deny(_ -> null), Reason.RULE_ERROR),
        row("deny rule fails to link", SOUND.deny(_ -> failToLink()), Reason.INTERNAL),
        row("deny rule recurses without end", SOUND.deny(FailClosedTest::recurse), Reason.INTERNAL),
        row("allow rule throws", SOUND.allow(_ -> fail()), Reason.NO_RULE_ALLOWED),
        row("allow rule answers null", SOUND.allow(_ -> null), Reason.NO_RULE_ALLOWED),
        row("limit key throws", SOUND.key(_ -> fail()), Reason.INTERNAL),
        row("limit key answers null", SOUND.key(_ -> null), Reason.LIMITS_UNAVAILABLE),
        row("limit key is empty", SOUND.key(_ -> ""), Reason.LIMITS_UNAVAILABLE),
        row("limiter throws", SOUND.limiter(FailClosedTest::fail), Reason.INTERNAL),
        row("limiter answers null", SOUND.limiter(() -> null), Reason.INTERNAL),
        row("limiter ends empty", SOUND.limiter(() -> pending(Mono.empty())), Reason.INTERNAL),
        row("limiter ends in an error", SOUND.limiter(() -> pending(broken())), Reason.INTERNAL),
        row(
            "limiter never answers",
            SOUND.limiter(() -> pending(Mono.never())),
            Reason.LIMITS_UNAVAILABLE),
        row("signer throws", SOUND.backendIdentity((_, _) -> fail()), Reason.INTERNAL),
        row("signer answers null", SOUND.backendIdentity((_, _) -> null), Reason.INTERNAL),
        row("connection throws", SOUND.certified(FailClosedTest::fail), Reason.INTERNAL));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void nobodyPasses(House house, Reason reason) {
    assertThat(verdict(house))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(reason));
  }

  @Test
  void whenEverybodyDoesWhatTheyShouldTheRequestPasses() {
    assertThat(verdict(SOUND)).isInstanceOf(Permit.class);
    assertThat(verdict(late(SOUND))).isInstanceOf(Permit.class);
  }

  @Test
  void aRefusalTellsHowFarTheRequestCame() {
    assertThat(verdict(SOUND.limiter(FailClosedTest::fail)))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.considered().caller()).isEqualTo(ALICE);
              assertThat(refusal.considered().rule()).isEqualTo("allow");
              assertThat(refusal.considered().route()).isNotNull();
              assertThat(refusal.detail()).doesNotContain("secret");
            });
  }

  private static Verdict verdict(House house) {
    var policy =
        new Policy(
            "policy",
            CORPORATE,
            List.of(),
            List.of(rule("deny", house.deny())),
            List.of(rule("allow", house.allow())),
            new ForwardedIdentity("backend", List.of(), Duration.ofMinutes(1)));
    var bundle =
        Bundles.of(
            Map.of("corporate", new Tokens("k").identity("corporate")),
            route("route", "/", Set.of(), policy, limit("limit", house.key(), 5)));
    var authenticator =
        new Authenticator() {
          @Override
          public Answer<Authentication> authenticate(Vouching vouching, Presented presented) {
            return house.authenticator().get();
          }

          @Override
          public void close() {}
        };
    Limiter limiter = _ -> house.limiter().get();
    var connection =
        new ClientConnection() {
          @Override
          public CredentialMemory credentials() {
            return new CredentialMemory();
          }

          @Override
          public Tls tls() {
            return Tls.UNKNOWN;
          }

          @Override
          public boolean certifiedFor(String host) {
            return house.certified().get();
          }
        };
    var settings = new AdmissionSettings(Duration.ofMillis(50), Duration.ofMillis(50));
    var admission = new Admission(settings, limiter, house.backendIdentity());
    Inbound inbound = Head.get("/").on(connection);
    return switch (admission.admit(inbound, new Ruleset(bundle, authenticator))) {
      case Answer.Ready<Verdict>(Verdict verdict) -> verdict;
      case Answer.Pending<Verdict>(Mono<Verdict> verdict) -> verdict.block(Duration.ofSeconds(5));
    };
  }

  private static Arguments row(String name, House house, Reason reason) {
    return argumentSet(name, house, reason);
  }

  private static House late(House house) {
    return house.authenticator(() -> pending(Mono.just(new Authenticated(ALICE))));
  }

  private static <T> Answer<T> pending(Mono<T> mono) {
    return new Answer.Pending<>(mono);
  }

  private static <T> Mono<T> broken() {
    return Mono.error(new IllegalStateException("secret"));
  }

  private static <T> T fail() {
    throw new IllegalStateException("secret");
  }

  private static <T> T failToLink() {
    throw new NoClassDefFoundError("secret");
  }

  @SuppressWarnings("InfiniteRecursion") // What an expression might do.
  private static Condition.Outcome recurse(AccessRequest request) {
    return recurse(request);
  }
}
