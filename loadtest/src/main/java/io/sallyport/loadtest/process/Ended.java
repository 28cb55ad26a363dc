package io.sallyport.loadtest.process;

/// A process that has ended.
///
/// @param output standard output and error together
public record Ended(int code, String output) {
  public boolean well() {
    return code == 0;
  }

  /// Its first line that says something, for a report.
  public String firstLine() {
    return output
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .findFirst()
        .orElse("exit code " + code);
  }
}
