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
import org.jspecify.annotations.Nullable;

/// Says why a bundle answers a request as it does: every rule with the values of its parts.
public final class Explainer {
  private static final int MARGIN = 2;

  private Explainer() {}

  /// What came of asking.
  public sealed interface Explanation {}

  /// @param text what a person reads, with a line feed at its end
  /// @param admitted whether the request is admitted
  public record Explained(String text, boolean admitted) implements Explanation {}

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
    Ruling ruling = Ruling.on(question, bundle);
    return new Explained(text(ruling, bundle), ruling instanceof Ruling.Admitted);
  }

  /// The verdict and every rule with the values of its parts, with a line feed at its end.
  static String text(Ruling ruling, Bundle bundle) {
    return switch (ruling) {
      case Ruling.Admitted admitted ->
          "ALLOW by "
              + admitted.rule()
              + at(admitted.to(), bundle)
              + rules(admitted.to().route().policy(), admitted.request());
      case Ruling.Refused refused ->
          (refused.request().isPresent() ? "DENY " : "REFUSE ")
              + refused.reason().status()
              + refused.to().map(to -> at(to, bundle)).orElse(in(bundle))
              + refused
                  .request()
                  .flatMap(asked -> refused.to().map(to -> rules(to.route().policy(), asked)))
                  .orElse("  " + early(refused) + '\n');
    };
  }

  private static String at(Directions.ToRoute to, Bundle bundle) {
    Route route = to.route();
    return "  route " + route.id() + "  policy " + route.policy().id() + in(bundle);
  }

  private static String in(Bundle bundle) {
    return "  (bundle " + bundle.shortId() + ")\n";
  }

  private static String early(Ruling.Refused refused) {
    String detail = refused.detail().isEmpty() ? "" : ": " + refused.detail();
    return refused.reason().word() + detail;
  }

  private static String rules(Policy policy, AccessRequest request) {
    List<Row> rows = new ArrayList<>();
    policy.baselineDeny().stream()
        .filter(_ -> policy.shadows() == null)
        .forEach(rule -> rows.add(row("baseline deny ", rule, request)));
    policy.deny().forEach(rule -> rows.add(row("deny ", rule, request)));
    policy.allow().forEach(rule -> rows.add(row("allow ", rule, request)));
    int wide = rows.stream().mapToInt(row -> row.rule().length()).max().orElse(0);
    StringBuilder text = new StringBuilder();
    rows.forEach(row -> row.write(text, wide));
    Map<String, Decision> beside = policy.decideBeside(request);
    for (Policy shadow : policy.besides()) {
      text.append(
          "  shadow %s would %s; decides nothing\n"
              .formatted(shadow.id(), would(beside.get(shadow.id()))));
      text.append(rules(shadow, request).indent(MARGIN));
    }
    return text.toString();
  }

  private static String would(@Nullable Decision decision) {
    return switch (decision) {
      case Decision.Allowed(String rule) -> "allow by " + rule;
      case Decision.Denied(Reason reason, String rule, String _) ->
          "refuse: " + reason.word() + (rule.isEmpty() ? "" : " by " + rule);
      case null -> "say nothing";
    };
  }

  private static Row row(String kind, Rule rule, AccessRequest request) {
    List<String> parts = new ArrayList<>();
    String outcome =
        switch (rule.when().test(request)) {
          case Condition.Outcome.Holds _ -> "true";
          case Condition.Outcome.FailsToHold _ -> "false";
          case Condition.Outcome.Failed(String why) -> {
            parts.add("error: " + why);
            yield "error";
          }
        };
    if (rule.when() instanceof CelCondition condition) {
      for (Term term : condition.explain(request)) {
        parts.add(term.text() + " = " + term.value());
      }
    }
    return new Row(kind + rule.id(), outcome, parts);
  }

  /// A rule, what came of it, and the values of its parts, one a line.
  private record Row(String rule, String outcome, List<String> parts) {
    void write(StringBuilder text, int wide) {
      String head = " ".repeat(MARGIN) + pad(rule, wide) + "   " + pad(outcome, 5);
      String indent = " ".repeat(head.length());
      text.append((head + "   " + (parts.isEmpty() ? "" : parts.getFirst())).stripTrailing());
      text.append('\n');
      for (String part : parts.stream().skip(1).toList()) {
        text.append(indent).append("   ").append(part).append('\n');
      }
    }

    private static String pad(String text, int width) {
      return text + " ".repeat(Math.max(0, width - text.length()));
    }
  }
}
