package io.sallyport.cli;

import java.util.List;

/// A gateway does not start with this configuration. Each line tells a person what is wrong and
/// where; there is no stack trace to read.
public final class ConfigurationRefused extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<String> lines;

  public ConfigurationRefused(List<String> lines) {
    super(String.join("\n", lines), null, false, false);
    this.lines = List.copyOf(lines);
  }

  public ConfigurationRefused(String line) {
    this(List.of(line));
  }

  public List<String> lines() {
    return lines;
  }
}
