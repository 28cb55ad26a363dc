package io.sallyport.admission;

import java.util.List;
import java.util.Map;

/// What came of the gateway asking itself what a ruleset answers, route by route.
///
/// @param enforced routes that answered as they must
/// @param failures ids of routes that answered otherwise, and how
/// @param unasked ids of routes that no question reached, because others are more specific
public record ProbeReport(int enforced, Map<String, String> failures, List<String> unasked) {
  /// Nothing was asked.
  public static final ProbeReport NONE = new ProbeReport(0, Map.of(), List.of());

  public ProbeReport {
    failures = Map.copyOf(failures);
    unasked = List.copyOf(unasked);
  }
}
