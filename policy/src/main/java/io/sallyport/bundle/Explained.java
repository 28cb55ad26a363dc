package io.sallyport.bundle;

import io.sallyport.policy.cel.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a bundle answers to one request, and why.
///
/// @param verdict `allow`; `deny` by a policy; `refuse` before a policy was asked; `undecidable`
///   where a record does not say enough
/// @param status of the refusal; 0: none
/// @param reason the word of the refusal; empty: none
/// @param rule id of the rule that decided; empty when none did
/// @param detail for people
/// @param route,policy empty when it reached none
/// @param bundle short id
/// @param rules every rule of the policy, in the order they are asked
/// @param nearest the smallest changes found that would turn the answer, a sentence each
public record Explained(
    String verdict,
    int status,
    String reason,
    String rule,
    String detail,
    String route,
    String policy,
    String bundle,
    List<RuleSaid> rules,
    List<ShadowSaid> shadows,
    List<String> nearest)
    implements Explainer.Explanation {
  private static final int MARGIN = 2;

  public Explained {
    rules = List.copyOf(rules);
    shadows = List.copyOf(shadows);
    nearest = List.copyOf(nearest);
  }

  /// A rule, what came of it, and what its parts came to.
  ///
  /// @param kind `baseline deny`, `deny`, `allow`
  /// @param outcome `true`, `false`, `error`
  /// @param error why there is no outcome; empty otherwise
  public record RuleSaid(String kind, String id, String outcome, String error, List<Term> parts) {
    public RuleSaid {
      parts = List.copyOf(parts);
    }

    private List<String> lines() {
      List<String> lines = new ArrayList<>();
      if (!error.isEmpty()) {
        lines.add("error: " + error);
      }
      parts.forEach(part -> lines.add(part.text() + " = " + part.value()));
      return lines;
    }
  }

  /// What a policy would have answered that decides nothing.
  public record ShadowSaid(
      String policy, String verdict, String reason, String rule, List<RuleSaid> rules) {
    public ShadowSaid {
      rules = List.copyOf(rules);
    }

    private String would() {
      return verdict.equals("allow")
          ? "allow by " + rule
          : "refuse: " + reason + (rule.isEmpty() ? "" : " by " + rule);
    }
  }

  public boolean admitted() {
    return verdict.equals("allow");
  }

  /// What a person reads, with a line feed at its end.
  public String text() {
    StringBuilder text = new StringBuilder(verdict.toUpperCase(Locale.ROOT));
    if (admitted()) {
      text.append(" by ").append(rule);
    } else if (status > 0) {
      text.append(' ').append(status);
    }
    if (!route.isEmpty()) {
      text.append("  route ").append(route).append("  policy ").append(policy);
    }
    text.append("  (bundle ").append(bundle).append(")\n");
    if (rules.isEmpty()) {
      String why = reason.isEmpty() || detail.isEmpty() ? reason + detail : reason + ": " + detail;
      text.append("  ").append(why).append('\n');
    }
    write(rules, MARGIN, text);
    for (ShadowSaid shadow : shadows) {
      text.append(
          "  shadow %s would %s; decides nothing\n".formatted(shadow.policy(), shadow.would()));
      write(shadow.rules(), 2 * MARGIN, text);
    }
    nearest.forEach(change -> text.append("  nearest: ").append(change).append('\n'));
    return text.toString();
  }

  private static void write(List<RuleSaid> rules, int margin, StringBuilder text) {
    int wide =
        rules.stream().mapToInt(it -> it.kind().length() + 1 + it.id().length()).max().orElse(0);
    for (RuleSaid rule : rules) {
      String head =
          " ".repeat(margin)
              + pad(rule.kind() + ' ' + rule.id(), wide)
              + "   "
              + pad(rule.outcome(), 5);
      List<String> lines = rule.lines();
      text.append((head + "   " + (lines.isEmpty() ? "" : lines.getFirst())).stripTrailing());
      text.append('\n');
      for (String line : lines.stream().skip(1).toList()) {
        text.append(" ".repeat(head.length())).append("   ").append(line).append('\n');
      }
    }
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
