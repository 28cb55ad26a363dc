package io.sallyport.routing;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The query of a target: decoded once, as UTF-8; `&` alone separates.
///
/// @param raw as sent, without the question mark; null when there was none
/// @param values every value of a name, in the order they came
public record Query(@Nullable String raw, Map<String, List<String>> values) {

  public static final Query NONE = new Query(null, Map.of());

  /// Every value of this name; empty when absent.
  public List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }
}
