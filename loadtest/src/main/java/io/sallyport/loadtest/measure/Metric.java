package io.sallyport.loadtest.measure;

/// A figure that a round can give. The names are those of the JSON report.
public enum Metric {
  CPU("CPU µs per request"),
  USER("user CPU µs per request"),
  SYSTEM("system CPU µs per request"),
  RATE("requests per second"),
  RESIDENT("resident MiB"),
  P50("p50 µs"),
  P99("p99 µs"),
  P999("p99.9 µs"),
  SLOWEST("slowest µs"),
  CONNECTION("KiB per idle connection"),
  FIRST_ANSWER("seconds to the first answer"),
  FIRST_ANSWER_CPU("CPU seconds to the first answer");

  private final String says;

  Metric(String says) {
    this.says = says;
  }

  /// What it is, with its unit.
  public String says() {
    return says;
  }
}
