package io.sallyport.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.identity.Caller;
import io.sallyport.routing.Query;
import io.sallyport.routing.RequestTarget;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyTest {
  private static final Vouching ANYBODY = new Vouching(List.of(), true);
  private static final AccessRequest REQUEST = new Request();

  private static final Rule HOLDS = rule("holds", _ -> Condition.Outcome.HOLDS);
  private static final Rule FAILS = rule("fails", _ -> Condition.Outcome.FAILS);
  private static final Rule ERRS = rule("errs", _ -> new Condition.Outcome.Failed("absent"));
  private static final Rule THROWS =
      rule(
          "throws",
          _ -> {
            throw new IllegalStateException("Bearer secret");
          });
  private static final Rule BROKEN = rule("broken", _ -> nothing());
  private static final List<Rule> EVERY_KIND = List.of(HOLDS, FAILS, ERRS, THROWS, BROKEN);

  private interface Answer {
    Condition.Outcome to(AccessRequest request);
  }

  private static Rule rule(String id, Answer answer) {
    return new Rule(
        id,
        new Condition() {
          @Override
          public Outcome test(AccessRequest request) {
            return answer.to(request);
          }

          @Override
          public Set<String> inputs() {
            return Set.of();
          }
        });
  }

  /// What a condition answers that does not keep its contract.
  @SuppressWarnings("NullAway") // the broken contract is what is tested
  private static Condition.Outcome nothing() {
    return null;
  }

  private static Decision decide(List<Rule> baseline, List<Rule> deny, List<Rule> allow) {
    return new Policy("p", ANYBODY, baseline, deny, allow, null).decide(REQUEST);
  }

  @Test
  void withoutRulesNobodyPasses() {
    assertThat(decide(List.of(), List.of(), List.of()))
        .isEqualTo(new Decision.Denied(Reason.NO_RULE_ALLOWED, "", ""));
  }

  @Test
  void anAllowRuleThatMatchesAllows() {
    assertThat(decide(List.of(FAILS), List.of(FAILS), List.of(FAILS, HOLDS)))
        .isEqualTo(new Decision.Allowed("holds"));
  }

  @Test
  void aDenyRuleWinsOverEveryAllowRule() {
    assertThat(decide(List.of(), List.of(FAILS, HOLDS), List.of(HOLDS)))
        .isEqualTo(new Decision.Denied(Reason.DENIED_BY_RULE, "holds", ""));
  }

  @Test
  void theBaselineIsAskedBeforeThePolicy() {
    Rule baseline = rule("baseline", _ -> Condition.Outcome.HOLDS);
    assertThat(decide(List.of(baseline), List.of(HOLDS), List.of(HOLDS)))
        .isEqualTo(new Decision.Denied(Reason.DENIED_BY_RULE, "baseline", ""));
  }

  @Test
  void aDenyRuleThatErrsDenies() {
    Decision denied = new Decision.Denied(Reason.RULE_ERROR, "errs", "absent");
    assertThat(decide(List.of(), List.of(ERRS), List.of(HOLDS))).isEqualTo(denied);
    assertThat(decide(List.of(ERRS), List.of(), List.of(HOLDS))).isEqualTo(denied);
  }

  @Test
  void anAllowRuleThatErrsDoesNotAllowAndDoesNotDeny() {
    assertThat(decide(List.of(), List.of(), List.of(ERRS)))
        .isEqualTo(new Decision.Denied(Reason.NO_RULE_ALLOWED, "", ""));
    assertThat(decide(List.of(), List.of(), List.of(ERRS, THROWS, BROKEN, HOLDS)))
        .isEqualTo(new Decision.Allowed("holds"));
  }

  @Test
  void aConditionThatThrowsOrAnswersNothingIsAnErrorThatRepeatsNoSecret() {
    for (Rule rule : List.of(THROWS, BROKEN)) {
      assertThat(decide(List.of(), List.of(rule), List.of(HOLDS)))
          .isInstanceOfSatisfying(
              Decision.Denied.class,
              denied -> {
                assertThat(denied.reason()).isEqualTo(Reason.RULE_ERROR);
                assertThat(denied.rule()).isEqualTo(rule.id());
                assertThat(denied.detail()).isNotEmpty().doesNotContain("secret");
              });
    }
  }

  @Test
  void whateverRulesDoOnlyAMatchingAllowRuleWithoutAnyDenialAllows() {
    List<List<Rule>> lists = new ArrayList<>();
    lists.add(List.of());
    EVERY_KIND.forEach(rule -> lists.add(List.of(rule)));
    EVERY_KIND.forEach(first -> EVERY_KIND.forEach(second -> lists.add(List.of(first, second))));
    for (List<Rule> baseline : lists) {
      for (List<Rule> deny : lists) {
        for (List<Rule> allow : lists) {
          boolean nothingDenies =
              baseline.stream().allMatch(FAILS::equals) && deny.stream().allMatch(FAILS::equals);
          assertThat(decide(baseline, deny, allow) instanceof Decision.Allowed)
              .isEqualTo(nothingDenies && allow.contains(HOLDS));
        }
      }
    }
  }

  @Test
  void somebodyMustBeAbleToVouch() {
    assertThatThrownBy(() -> new Vouching(List.of(), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("authenticate");
    assertThat(ANYBODY.readsNoCredential()).isTrue();
    assertThat(new Vouching(List.of("corporate"), true).readsNoCredential()).isFalse();
  }

  @Test
  void everyReasonHasAWordOfItsOwn() {
    for (Reason reason : Reason.values()) {
      assertThat(Reason.of(reason.word())).contains(reason);
      assertThat(reason.word()).matches("[a-z]+(-[a-z]+)*");
      assertThat(reason.status()).isBetween(400, 504);
    }
    assertThat(Reason.of("whatever")).isEmpty();
    assertThat(Reason.of("NO_ROUTE")).isEmpty();
  }

  private record Request() implements AccessRequest {
    @Override
    public Caller caller() {
      return Caller.ANONYMOUS;
    }

    @Override
    public RequestTarget target() {
      return new RequestTarget("GET", "api.example.com", "/", Query.NONE);
    }

    @Override
    public HeaderFields headers() {
      return HeaderFields.NONE;
    }

    @Override
    public InetAddress source() {
      return InetAddress.getLoopbackAddress();
    }

    @Override
    public int port() {
      return 0;
    }

    @Override
    public long bodySize() {
      return 0;
    }

    @Override
    public Tls tls() {
      return Tls.UNKNOWN;
    }

    @Override
    public Instant time() {
      return Instant.EPOCH;
    }

    @Override
    public String route() {
      return "r";
    }

    @Override
    public Map<String, String> variables() {
      return Map.of();
    }
  }
}
