package io.sallyport.bundle;

import io.sallyport.bundle.source.Problem;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What came of running a bundle's tests.
///
/// @param results one for each test, in the order of their places
public record TestRun(List<Result> results, Coverage rules, Coverage routes) {
  public TestRun {
    results = List.copyOf(results);
  }

  /// What came of one test.
  ///
  /// @param file where it is written, relative to the bundle
  /// @param failure null: it passed
  public record Result(String name, String file, @Nullable Failure failure) {}

  /// A test that was not answered as expected.
  ///
  /// @param problem its place, what was expected and what came
  /// @param explanation what was evaluated, as [Explainer] writes it
  public record Failure(Problem problem, String explanation) {

    /// What a person reads.
    public String render() {
      return problem.render() + '\n' + explanation.indent(2);
    }
  }

  /// The tests that failed.
  public List<Failure> failures() {
    return results.stream().flatMap(result -> Stream.ofNullable(result.failure())).toList();
  }

  /// How much was reached.
  ///
  /// @param unseen what tests did not reach, or not every way; a rule as `policy/rule`
  /// @param requiredPercent what the bundle asks for
  public record Coverage(int all, List<String> unseen, int requiredPercent) {
    public Coverage {
      unseen = List.copyOf(unseen);
    }

    public int seen() {
      return all - unseen.size();
    }

    /// Rounded down, so that 100 means all.
    public int percent() {
      return all == 0 ? 100 : Math.toIntExact(100L * seen() / all);
    }

    public boolean met() {
      return percent() >= requiredPercent;
    }

    private String render(String what) {
      StringBuilder text = new StringBuilder();
      text.append(what).append(": ").append(seen()).append(" of ").append(all);
      text.append(" (").append(percent()).append("%)");
      if (!met()) {
        text.append(", must be ").append(requiredPercent).append('%');
      }
      if (!unseen.isEmpty()) {
        text.append("; missing: ").append(String.join(", ", unseen));
      }
      return text.append('\n').toString();
    }
  }

  /// Whether the bundle may be loaded.
  public boolean passed() {
    return failures().isEmpty() && rules.met() && routes.met();
  }

  /// What a person reads.
  public String render() {
    List<Failure> failures = failures();
    String failed = failures.stream().map(Failure::render).collect(Collectors.joining());
    String count = results.size() == 1 ? "1 test" : results.size() + " tests";
    String outcome = failures.isEmpty() ? "all passed" : failures.size() + " failed";
    return failed
        + count
        + (results.isEmpty() ? "" : ", " + outcome)
        + '\n'
        + rules.render("rules tested both ways")
        + routes.render("routes reached");
  }
}
