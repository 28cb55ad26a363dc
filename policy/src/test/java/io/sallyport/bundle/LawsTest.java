package io.sallyport.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.identity.Caller;
import io.sallyport.policy.AccessRequest;
import io.sallyport.policy.Condition;
import io.sallyport.policy.Decision;
import io.sallyport.policy.Policy;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What holds for every bundle and every request, tried with generated ones. A seed that fails is
/// in the test's name, and fails again.
final class LawsTest {
  private static final int SEEDS = 40;

  /// None of them has the same value for every request; some err where something is absent, comes
  /// twice or is of another type.
  private static final List<String> EXPRESSIONS =
      List.of(
          "'orders:read' in caller.scopes",
          "'orders:write' in caller.scopes",
          "'staff' in caller.groups",
          "size(caller.roles) > 0",
          "caller.revoked",
          "caller.authenticated",
          "has(caller.subject)",
          "caller.subject == 'alice'",
          "caller.claims.level > 2",
          "request.method == 'GET'",
          "request.path.endsWith('/x')",
          "request.query.tenant == caller.claims.tenant",
          "has(request.query.tenant)",
          "request.query.all('tenant').exists(tenant, tenant == 't1')",
          "request.headers.mode == 'fast'",
          "source.ip.within(data.networks)");

  private static final List<Caller> CALLERS =
      List.of(
          Caller.ANONYMOUS,
          caller("alice", List.of("orders:read"), Map.of("tenant", "t1", "level", 3L), false),
          caller("bob", List.of("orders:write"), Map.of("tenant", "t2", "level", "high"), false),
          caller("gus", List.of("orders:read", "orders:write"), Map.of(), true));

  static IntStream seeds() {
    return IntStream.range(0, SEEDS);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aDecisionIsAMatterOfWhichRulesHoldAndOfNothingElse(int seed) {
    Draft draft = Draft.drawn(new Random(seed));
    Bundle bundle = draft.read();

    for (BundleTests.Question question : questions()) {
      Ruling ruling = Ruling.on(question, bundle);

      assertThat(admits(bundle, question)).isEqualTo(ruling instanceof Ruling.Admitted);
      if (ruling instanceof Ruling.Admitted admitted) {
        Policy policy = admitted.to().route().policy();
        assertThat(Stream.concat(policy.baselineDeny().stream(), policy.deny().stream()))
            .allMatch(
                rule ->
                    rule.when().test(admitted.request()) instanceof Condition.Outcome.FailsToHold);
        assertThat(policy.allow())
            .anyMatch(
                rule -> rule.when().test(admitted.request()) instanceof Condition.Outcome.Holds);
      } else {
        assertThat(((Ruling.Refused) ruling).reason().status()).isEqualTo(403);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theBaselineOnlyTightens(int seed) {
    Draft draft = Draft.drawn(new Random(seed));

    admitsNoMore(
        draft.read(), new Draft(List.of(), draft.deny(), draft.allow(), draft.spare()).read());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void oneMoreDenyRuleNeverAllowsMore(int seed) {
    Draft draft = Draft.drawn(new Random(seed));
    Bundle before = draft.read();
    Bundle after =
        new Draft(draft.baseline(), and(draft.deny(), draft.spare()), draft.allow(), draft.spare())
            .read();

    admitsNoMore(after, before);
    assertThat(BundleDiff.between(before, after))
        .extracting(BundleDiff.Change::kind)
        .containsExactly(BundleDiff.Kind.TIGHTENED);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void oneMoreAllowRuleNeverDeniesMore(int seed) {
    Draft draft = Draft.drawn(new Random(seed));
    Bundle before = draft.read();
    Bundle after =
        new Draft(draft.baseline(), draft.deny(), and(draft.allow(), draft.spare()), draft.spare())
            .read();

    admitsNoMore(before, after);
    assertThat(BundleDiff.between(before, after))
        .extracting(BundleDiff.Change::kind)
        .containsExactly(BundleDiff.Kind.LOOSENED);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aShadowDecidesNothingAndSaysWhatItWouldDecide(int seed) {
    Draft draft = Draft.drawn(new Random(seed));
    Draft next = draft.thinned(new Random(seed));
    Bundle alone = draft.read();
    Bundle promoted = new Draft(draft.baseline(), next.deny(), next.allow(), next.spare()).read();
    Bundle shadowed = draft.shadowedBy(next);

    for (BundleTests.Question question : questions()) {
      assertThat(admits(shadowed, question)).isEqualTo(admits(alone, question));
      assertThat(shadowAdmits(Ruling.on(question, shadowed)))
          .as(question.toString())
          .isEqualTo(admits(promoted, question));
    }
  }

  private static boolean shadowAdmits(Ruling ruling) {
    AccessRequest request =
        switch (ruling) {
          case Ruling.Admitted admitted -> admitted.request();
          case Ruling.Refused refused -> refused.request().orElseThrow();
        };
    Policy policy =
        switch (ruling) {
          case Ruling.Admitted admitted -> admitted.to().route().policy();
          case Ruling.Refused refused -> refused.to().orElseThrow().route().policy();
        };
    return policy.decideBeside(request).get("next") instanceof Decision.Allowed;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theOrderOfRulesAndFilesNeverMatters(int seed) {
    Random random = new Random(seed);
    Draft draft = Draft.drawn(random);
    Bundle bundle = draft.read();
    Bundle shuffled = draft.shuffled(random).read("z", "m", "a");

    assertThat(BundleDiff.between(bundle, shuffled)).isEmpty();
    for (BundleTests.Question question : questions()) {
      assertThat(admits(shuffled, question))
          .as(question.toString())
          .isEqualTo(admits(bundle, question));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatDiffCallsTightenedOrLoosenedIsSoForEveryRequest(int seed) {
    Random random = new Random(seed);
    Draft draft = Draft.drawn(random);
    Bundle before = draft.read();
    Bundle after = draft.thinned(random).read();
    List<BundleDiff.Kind> kinds =
        BundleDiff.between(before, after).stream().map(BundleDiff.Change::kind).distinct().toList();

    if (!kinds.contains(BundleDiff.Kind.LOOSENED)) {
      admitsNoMore(after, before);
    }
    if (!kinds.contains(BundleDiff.Kind.TIGHTENED)) {
      admitsNoMore(before, after);
    }
    assertThat(kinds).isSubsetOf(BundleDiff.Kind.LOOSENED, BundleDiff.Kind.TIGHTENED);
  }

  private static void admitsNoMore(Bundle tighter, Bundle looser) {
    for (BundleTests.Question question : questions()) {
      assertThat(admits(tighter, question) && !admits(looser, question))
          .as(question.toString())
          .isFalse();
    }
  }

  private static boolean admits(Bundle bundle, BundleTests.Question question) {
    return Ruling.on(question, bundle) instanceof Ruling.Admitted;
  }

  private static List<BundleTests.Question> questions() {
    List<BundleTests.Question> questions = new ArrayList<>();
    for (Caller caller : CALLERS) {
      for (String method : List.of("GET", "POST")) {
        for (String target : List.of("", "/x?tenant=t1", "?tenant=t2", "?tenant=t1&tenant=t2")) {
          for (String source : List.of("192.0.2.1", "198.51.100.1")) {
            questions.add(
                new BundleTests.Question(
                    caller,
                    method,
                    "https://api.example.com/orders" + target,
                    target.isEmpty() ? Map.of("mode", List.of("fast")) : Map.of(),
                    InetAddress.ofLiteral(source),
                    BundleTests.Question.DEFAULT_TIME));
          }
        }
      }
    }
    return questions;
  }

  private static Caller caller(
      String subject, List<String> scopes, Map<String, Object> claims, boolean revoked) {
    return new Caller.Identified(
        "corporate",
        "jwt",
        subject,
        "web",
        "https://id.example.com",
        null,
        null,
        List.of(),
        scopes,
        revoked ? List.of("staff") : List.of(),
        scopes.size() > 1 ? List.of("clerk") : List.of(),
        revoked,
        claims);
  }

  private static List<String> and(List<String> rules, String one) {
    return Stream.concat(rules.stream(), Stream.of(one)).toList();
  }

  /// The rules of a bundle with one policy.
  ///
  /// @param spare an expression that none of them is
  private record Draft(List<String> baseline, List<String> deny, List<String> allow, String spare) {

    static Draft drawn(Random random) {
      List<String> deck = new ArrayList<>(EXPRESSIONS);
      Collections.shuffle(deck, random);
      return new Draft(
          deck.subList(0, random.nextInt(3)),
          deck.subList(3, 3 + random.nextInt(3)),
          deck.subList(6, 7 + random.nextInt(4)),
          deck.getLast());
    }

    Draft shuffled(Random random) {
      return new Draft(
          shuffled(baseline, random), shuffled(deny, random), shuffled(allow, random), spare);
    }

    private static List<String> shuffled(List<String> rules, Random random) {
      List<String> shuffled = new ArrayList<>(rules);
      Collections.shuffle(shuffled, random);
      return shuffled;
    }

    /// Without some of its rules, but with an allow rule.
    Draft thinned(Random random) {
      return new Draft(
          baseline.stream().filter(_ -> random.nextBoolean()).toList(),
          deny.stream().filter(_ -> random.nextBoolean()).toList(),
          Stream.concat(
                  Stream.of(allow.getFirst()),
                  allow.stream().skip(1).filter(_ -> random.nextBoolean()))
              .toList(),
          spare);
    }

    Bundle read() {
      return read("a", "m", "z");
    }

    /// @param names of the files of identities, of the baseline and of the policy
    Bundle read(String... names) {
      return read(new LinkedHashMap<>(), names);
    }

    /// With the rules of another beside its own, under the same baseline.
    Bundle shadowedBy(Draft next) {
      Map<String, byte[]> files = new LinkedHashMap<>();
      put(
          files,
          "policies/next.yaml",
          "kind: Policies\npolicies:\n  - id: next\n    shadows: orders\n" + next.rulesOf());
      return read(files, "a", "m", "z");
    }

    private String rulesOf() {
      return "    authenticate: [corporate, anonymous]\n"
          + (deny.isEmpty() ? "" : "    deny:\n" + rules(deny))
          + "    allow:\n"
          + rules(allow);
    }

    private Bundle read(Map<String, byte[]> files, String... names) {
      put(
          files,
          "routes/r.yaml",
          """
          kind: Routes
          routes:
            - id: orders
              match: { host: api.example.com, path: /orders/** }
              policy: orders
              respond: { status: 200, body: ok }
          """);
      put(
          files,
          "data/d.yaml",
          """
          kind: Data
          values:
            networks: { type: list(cidr), value: [192.0.2.0/24] }
          """);
      put(
          files,
          "policies/" + names[0] + ".yaml",
          """
          kind: Policies
          identities:
            - id: corporate
              jwt:
                issuer: https://id.example.com
                audiences: [api://orders]
                algorithms: [ES256]
                keys: { url: "https://id.example.com/jwks.json" }
          """);
      put(
          files,
          "policies/" + names[1] + ".yaml",
          "kind: Policies\n"
              + (baseline.isEmpty() ? "" : "baseline:\n  deny:\n" + rules(baseline)));
      put(
          files,
          "policies/" + names[2] + ".yaml",
          "kind: Policies\npolicies:\n  - id: orders\n" + rulesOf());
      return switch (BundleReader.read(files)) {
        case BundleReading.Good good -> good.bundle();
        case BundleReading.Bad(Problems problems) -> throw new AssertionError(problems.render());
      };
    }

    private static void put(Map<String, byte[]> files, String path, String text) {
      files.put(path, ("apiVersion: sallyport/v1\n" + text).getBytes(StandardCharsets.UTF_8));
    }

    /// Each is known by its expression, whatever its place.
    private static String rules(List<String> expressions) {
      StringBuilder rules = new StringBuilder();
      for (String expression : expressions) {
        rules
            .append("      - { id: rule-")
            .append(EXPRESSIONS.indexOf(expression))
            .append(", when: \"")
            .append(expression)
            .append("\" }\n");
      }
      return rules.toString();
    }
  }
}
