package io.sallyport.routing;

import org.jspecify.annotations.Nullable;

/// Reads a request's target, once, into its canonical form; what has two meanings is refused.
public final class TargetReader {
  private TargetReader() {}

  /// Reads a target. Pure, never throws.
  ///
  /// @param authority the `Host` field or `:authority`; null when there was none
  /// @param requestTarget the request line's target or `:path`
  public static TargetReading read(
      String method, @Nullable String authority, String requestTarget) {
    return new TargetReading.Ambiguous("not supported yet: " + method + authority + requestTarget);
  }
}
