package io.sallyport.bundle;

import io.sallyport.identity.Caller;
import io.sallyport.policy.AccessRequest;
import io.sallyport.policy.Condition;
import io.sallyport.policy.Decision;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Reason;
import io.sallyport.policy.Rule;
import io.sallyport.policy.cel.CelCondition;
import io.sallyport.policy.cel.Term;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Says why a bundle answers a request as it does: every rule with the values of its parts.
public final class Explainer {
  private Explainer() {}

  /// What came of asking.
  public sealed interface Explanation permits Explained, Unanswerable {}

  /// It could not be asked like this.
  public record Unanswerable(String why) implements Explanation {}

  /// Explains a request.
  ///
  /// @param caller who asks
  /// @param url absolute, `https://…`
  /// @param headers by name in lower case
  /// @param source an IP address; null: a documentation address
  /// @param time when the request comes
  public static Explanation explain(
      Bundle bundle,
      Caller caller,
      String method,
      String url,
      Map<String, List<String>> headers,
      @Nullable String source,
      Instant time) {
    if (!url.startsWith("https://")) {
      return new Unanswerable("the address must start with https://, not '" + url + "'");
    }
    InetAddress from =
        TestsReader.address(source == null ? BundleTests.Question.DEFAULT_SOURCE : source);
    if (from == null) {
      return new Unanswerable("the source must be an IP address, not '" + source + "'");
    }
    var question = new BundleTests.Question(caller, method, url, headers, from, time);
    return of(Ruling.on(question, bundle), bundle);
  }

  /// Explains a request that was recorded.
  ///
  /// @return what is not recorded and would have to be known is in its `unknown`
  public static Explained explain(Bundle bundle, Recorded recorded) {
    Recorded.Judged judged =
        recorded.judge(bundle, bundle.shortId().equals(recorded.bundle()) ? bundle : null);
    return switch (judged) {
      case Recorded.Decided(Ruling ruling) -> of(ruling, bundle);
      case Recorded.Undecidable(String why) ->
          new Explained(
              "undecidable",
              0,
              "",
              "",
              why,
              "",
              "",
              bundle.shortId(),
              List.of(),
              List.of(),
              List.of());
    };
  }

  static Explained of(Ruling ruling, Bundle bundle) {
    return switch (ruling) {
      case Ruling.Admitted admitted -> {
        Policy policy = admitted.to().route().policy();
        yield new Explained(
            "allow",
            0,
            "",
            admitted.rule(),
            "",
            admitted.to().route().id(),
            policy.id(),
            bundle.shortId(),
            rules(policy, admitted.request()),
            shadows(policy, admitted.request()),
            Nearest.toRefusal(policy, admitted.request()));
      }
      case Ruling.Refused refused -> {
        Optional<Policy> policy = refused.to().map(to -> to.route().policy());
        Optional<AccessRequest> asked = refused.request();
        yield new Explained(
            asked.isPresent() ? "deny" : "refuse",
            refused.reason().status(),
            refused.reason().word(),
            refused.rule(),
            refused.detail(),
            refused.to().map(to -> to.route().id()).orElse(""),
            policy.map(Policy::id).orElse(""),
            bundle.shortId(),
            asked.flatMap(it -> policy.map(p -> rules(p, it))).orElse(List.of()),
            asked.flatMap(it -> policy.map(p -> shadows(p, it))).orElse(List.of()),
            Nearest.toAdmission(refused, bundle));
      }
    };
  }

  /// The verdict and every rule with the values of its parts, with a line feed at its end.
  static String text(Ruling ruling, Bundle bundle) {
    return of(ruling, bundle).text();
  }

  private static List<Explained.RuleSaid> rules(Policy policy, AccessRequest request) {
    List<Explained.RuleSaid> said = new ArrayList<>();
    if (policy.shadows() == null) {
      policy.baselineDeny().forEach(rule -> said.add(said("baseline deny", rule, request)));
    }
    policy.deny().forEach(rule -> said.add(said("deny", rule, request)));
    policy.allow().forEach(rule -> said.add(said("allow", rule, request)));
    return said;
  }

  private static List<Explained.ShadowSaid> shadows(Policy policy, AccessRequest request) {
    Map<String, Decision> beside = policy.decideBeside(request);
    return policy.besides().stream()
        .map(
            shadow ->
                switch (Objects.requireNonNull(beside.get(shadow.id()))) {
                  case Decision.Allowed(String rule) ->
                      new Explained.ShadowSaid(
                          shadow.id(), "allow", "", rule, rules(shadow, request));
                  case Decision.Denied(Reason reason, String rule, String _) ->
                      new Explained.ShadowSaid(
                          shadow.id(), "deny", reason.word(), rule, rules(shadow, request));
                })
        .toList();
  }

  private static Explained.RuleSaid said(String kind, Rule rule, AccessRequest request) {
    List<Term> parts =
        rule.when() instanceof CelCondition condition ? condition.explain(request) : List.of();
    return switch (rule.when().test(request)) {
      case Condition.Outcome.Holds _ -> new Explained.RuleSaid(kind, rule.id(), "true", "", parts);
      case Condition.Outcome.FailsToHold _ ->
          new Explained.RuleSaid(kind, rule.id(), "false", "", parts);
      case Condition.Outcome.Failed(String why) ->
          new Explained.RuleSaid(kind, rule.id(), "error", why, parts);
    };
  }
}
