package io.sallyport.bundle;

import io.sallyport.bundle.source.Problem;
import java.util.List;
import java.util.stream.Collectors;

/// Everything that is wrong with a bundle, sorted by file, line and column.
///
/// @param warnings what is allowed and still worth a look
public record Problems(List<Problem> problems, List<Problem> warnings) {
  public Problems {
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
    if (problems.isEmpty()) {
      throw new IllegalArgumentException("problems: at least one");
    }
  }

  /// What a person reads: each problem with its source line and a caret, and how many there are.
  public String render() {
    String count = problems.size() == 1 ? "1 problem" : problems.size() + " problems";
    return problems.stream().map(Problem::render).collect(Collectors.joining("\n"))
        + '\n'
        + count
        + "; nothing was loaded.\n";
  }
}
