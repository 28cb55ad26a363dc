package io.sallyport.edge;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/// Makes decision ids: 32 lower-case hex digits, unique over replicas and restarts.
///
/// The left half is random for each process, the right half a counter that a bijection has mixed.
/// So they cost no randomness for each request, are never made twice by one process, and are good
/// trace ids too (W3C Trace Context §3.2.2.3 wants the right-most digits to look random). Nobody
/// may take one for a secret. Thread-safe.
final class DecisionIds {
  /// Characters of an id.
  static final int LENGTH = 32;

  private static final HexFormat HEX = HexFormat.of();

  private final String process;
  private final AtomicLong counter;

  DecisionIds() {
    SecureRandom random = new SecureRandom();
    // The lowest bit keeps an id from being all zeros, which is no trace id.
    this.process = HEX.toHexDigits(random.nextLong() | 1);
    this.counter = new AtomicLong(random.nextLong());
  }

  String next() {
    return process.concat(HEX.toHexDigits(mixed(counter.getAndIncrement())));
  }

  /// A parent id (W3C Trace Context §3.2.2.4) for the span that this decision is: another bijection
  /// of its counter.
  static String parentId(String decisionId) {
    long counter = HexFormat.fromHexDigitsToLong(decisionId, LENGTH / 2, LENGTH);
    long id = mixed(counter ^ 0x9e3779b97f4a7c15L);
    return HEX.toHexDigits(id == 0 ? 1 : id);
  }

  /// The finalizer of SplitMix64: a bijection, so that different numbers stay different.
  private static long mixed(long number) {
    long z = number;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
