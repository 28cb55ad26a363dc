package io.sallyport.routing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The query of a target: decoded once, as UTF-8; `&` alone separates. Taken apart when somebody
/// asks for the first time. Immutable, safe to share between threads.
///
/// A `+` in a value is a plus sign to some servers and a space to others: it stays as it is, and
/// [#isPlain] says whether there was one.
public final class Query {

  /// A target without a question mark.
  public static final Query NONE = new Query(null);

  private final @Nullable String raw;
  // Written by whoever asks first; a race writes the same twice.
  private @Nullable Parameters parameters;

  private Query(@Nullable String raw) {
    this.raw = raw;
  }

  /// The query of this text, which is canonical.
  static Query of(String raw) {
    return new Query(raw);
  }

  /// The canonical text, without the question mark: what the backend gets; null when there was
  /// none.
  public @Nullable String raw() {
    return raw;
  }

  /// Every value of this name, in the order they came; empty when absent.
  public List<String> all(String name) {
    return values().getOrDefault(name, List.of());
  }

  /// Every value of each name.
  public Map<String, List<String>> values() {
    return parameters().values;
  }

  /// Whether the values of this name mean one thing only: none was sent with a `+`.
  public boolean isPlain(String name) {
    return !parameters().plus.contains(name);
  }

  private Parameters parameters() {
    Parameters known = parameters;
    if (known == null) {
      known = raw == null || raw.isEmpty() ? Parameters.NONE : Parameters.parse(raw);
      parameters = known;
    }
    return known;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Query query && Objects.equals(raw, query.raw);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(raw);
  }

  @Override
  public String toString() {
    return raw == null ? "" : '?' + raw;
  }

  /// @param plus names that a value with a `+` came for
  private record Parameters(Map<String, List<String>> values, Set<String> plus) {
    static final Parameters NONE = new Parameters(Map.of(), Set.of());

    static Parameters parse(String raw) {
      Map<String, List<String>> values = new LinkedHashMap<>();
      Set<String> plus = new HashSet<>();
      int start = 0;
      while (start <= raw.length()) {
        int end = raw.indexOf('&', start);
        if (end < 0) {
          end = raw.length();
        }
        if (end > start) {
          int equals = raw.indexOf('=', start);
          int nameEnd = equals < 0 || equals > end ? end : equals;
          String name = decoded(raw.substring(start, nameEnd));
          String value = nameEnd == end ? "" : raw.substring(nameEnd + 1, end);
          values.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(decoded(value));
          if (value.indexOf('+') >= 0) {
            plus.add(name);
          }
        }
        start = end + 1;
      }
      values.replaceAll((_, all) -> List.copyOf(all));
      return new Parameters(Collections.unmodifiableMap(values), plus);
    }

    private static String decoded(String text) {
      return Objects.requireNonNull(Component.decode(text), "a canonical query decodes");
    }
  }
}
