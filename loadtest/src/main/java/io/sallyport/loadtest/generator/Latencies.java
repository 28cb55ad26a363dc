package io.sallyport.loadtest.generator;

import java.util.Locale;
import org.HdrHistogram.Histogram;

/// What an open loop came to. Times are microseconds from when a request was due until its answer
/// had ended.
///
/// @param requests that counted, answered or not
/// @param errors among them: answered otherwise than expected, or not at all
record Latencies(
    long requests,
    long errors,
    double p50Micros,
    double p99Micros,
    double p999Micros,
    double maxMicros) {

  static Latencies of(Histogram nanos, long errors) {
    return new Latencies(
        nanos.getTotalCount(),
        errors,
        micros(nanos.getValueAtPercentile(50)),
        micros(nanos.getValueAtPercentile(99)),
        micros(nanos.getValueAtPercentile(99.9)),
        micros(nanos.getMaxValue()));
  }

  private static double micros(long nanos) {
    return nanos / 1e3;
  }

  String json() {
    return String.format(
        Locale.ROOT,
        "{\"requests\":%d,\"errors\":%d,\"p50Micros\":%.1f,\"p99Micros\":%.1f,\"p999Micros\":%.1f,"
            + "\"maxMicros\":%.1f}",
        requests,
        errors,
        p50Micros,
        p99Micros,
        p999Micros,
        maxMicros);
  }
}
