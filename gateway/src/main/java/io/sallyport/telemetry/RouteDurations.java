package io.sallyport.telemetry;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/// How long the requests of one route took: three histograms in one block of memory. Thread-safe,
/// never blocks: threads add in stripes of their own where there are as many as processors.
///
/// A sum and its buckets are read one after the other: a scrape may see a request in one of them
/// only.
final class RouteDurations {
  private static final List<String> PHASES = List.of("admission", "upstream", "total");
  private static final int UPSTREAM = 1;
  private static final int TOTAL = 2;

  /// Upper bounds in nanoseconds, inclusive; what is longer goes into one more bucket.
  private static final long[] BOUNDS =
      IntStream.of(1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000)
          .mapToLong(TimeUnit.MILLISECONDS::toNanos)
          .toArray();

  private static final double[] BOUNDS_IN_SECONDS =
      IntStream.rangeClosed(0, BOUNDS.length)
          .mapToDouble(i -> i == BOUNDS.length ? Double.POSITIVE_INFINITY : BOUNDS[i] / 1e9)
          .toArray();

  /// A phase's sum, then its buckets.
  private static final int PHASE = 2 + BOUNDS.length;

  /// A stripe fills whole cache lines of 64 bytes.
  private static final int STRIPE = (PHASES.size() * PHASE + 7) / 8 * 8;

  private static final int STRIPES =
      Integer.highestOneBit(Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 8));

  private final AtomicLongArray cells = new AtomicLongArray(STRIPES * STRIPE);

  /// @param upstreamNanos 0 when no backend was asked, which is not counted
  void add(long admissionNanos, long upstreamNanos, long totalNanos) {
    int stripe = ((int) Thread.currentThread().threadId() & (STRIPES - 1)) * STRIPE;
    add(stripe, admissionNanos);
    if (upstreamNanos > 0) {
      add(stripe + UPSTREAM * PHASE, upstreamNanos);
    }
    add(stripe + TOTAL * PHASE, totalNanos);
  }

  private void add(int sum, long nanos) {
    int bucket = 0;
    while (bucket < BOUNDS.length && nanos > BOUNDS[bucket]) {
      bucket++;
    }
    cells.getAndAdd(sum, nanos);
    cells.getAndIncrement(sum + 1 + bucket);
  }

  /// The three histograms as they are now.
  List<HistogramDataPointSnapshot> read(String route) {
    return IntStream.range(0, PHASES.size())
        .mapToObj(
            phase ->
                HistogramDataPointSnapshot.builder()
                    .labels(Labels.of("route", route, "phase", PHASES.get(phase)))
                    .classicHistogramBuckets(
                        ClassicHistogramBuckets.of(
                            BOUNDS_IN_SECONDS,
                            IntStream.rangeClosed(1, 1 + BOUNDS.length)
                                .mapToLong(bucket -> inAllStripes(phase * PHASE + bucket))
                                .toArray()))
                    .sum(inAllStripes(phase * PHASE) / 1e9)
                    .build())
        .toList();
  }

  private long inAllStripes(int cell) {
    return IntStream.range(0, STRIPES).mapToLong(stripe -> cells.get(stripe * STRIPE + cell)).sum();
  }
}
