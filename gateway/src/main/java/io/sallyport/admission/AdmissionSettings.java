package io.sallyport.admission;

import java.time.Duration;

/// How long a request may wait for its verdict.
///
/// @param keys longest wait for an issuer's keys; then `keys-unavailable`
/// @param limits longest wait for a shared store of limits; then `limits-unavailable`
public record AdmissionSettings(Duration keys, Duration limits) {
  /// Nobody waits longer than this, whatever is set.
  private static final Duration LONGEST = Duration.ofSeconds(10);

  public static final AdmissionSettings DEFAULT =
      new AdmissionSettings(Duration.ofSeconds(6), Duration.ofSeconds(1));

  public AdmissionSettings {
    check("keys", keys);
    check("limits", limits);
    if (keys.plus(limits).compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("keys + limits: at most " + LONGEST);
    }
  }

  private static void check(String name, Duration wait) {
    if (!wait.isPositive()) {
      throw new IllegalArgumentException(name + ": must be positive");
    }
  }
}
