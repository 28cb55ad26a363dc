package io.sallyport.bundle;

import io.sallyport.bundle.source.Problem;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/// What came of running a bundle's tests.
///
/// @param tests how many there are
/// @param failures each with its place, what was expected and what came
public record TestRun(int tests, List<Problem> failures, Coverage rules, Coverage routes) {
  public TestRun {
    failures = List.copyOf(failures);
  }

  /// How much was reached.
  ///
  /// @param unseen what no test reached; a rule as `policy/rule`
  /// @param requiredPercent what the bundle asks for
  public record Coverage(int seen, int all, List<String> unseen, int requiredPercent) {
    public Coverage {
      unseen = List.copyOf(unseen);
    }

    static Coverage of(Collection<String> all, Collection<String> seen, int requiredPercent) {
      List<String> unseen = all.stream().filter(name -> !seen.contains(name)).toList();
      return new Coverage(all.size() - unseen.size(), all.size(), unseen, requiredPercent);
    }

    /// Rounded down, so that 100 means all.
    public int percent() {
      return all == 0 ? 100 : Math.toIntExact(100L * seen / all);
    }

    public boolean met() {
      return percent() >= requiredPercent;
    }

    private String render(String what) {
      StringBuilder text = new StringBuilder();
      text.append(what).append(": ").append(seen).append(" of ").append(all);
      text.append(" (").append(percent()).append("%)");
      if (!met()) {
        text.append(", must be ").append(requiredPercent).append('%');
      }
      if (!unseen.isEmpty()) {
        text.append("; never: ").append(String.join(", ", unseen));
      }
      return text.append('\n').toString();
    }
  }

  /// Whether the bundle may be loaded.
  public boolean passed() {
    return failures.isEmpty() && rules.met() && routes.met();
  }

  /// What a person reads.
  public String render() {
    String failed =
        failures.stream().map(failure -> failure.render() + '\n').collect(Collectors.joining());
    String count = tests == 1 ? "1 test" : tests + " tests";
    String outcome = failures.isEmpty() ? "all passed" : failures.size() + " failed";
    return failed
        + count
        + (tests == 0 ? "" : ", " + outcome)
        + '\n'
        + rules.render("rules seen to hold")
        + routes.render("routes reached");
  }
}
