package io.sallyport.policy.cel;

import dev.cel.common.values.SelectableValue;
import java.util.AbstractMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A view of named things that expressions ask for one by one. It is a map to CEL, but one that
/// lists nothing: cel-java would otherwise go through all of it whenever one name is asked.
/// [Reading] refuses every expression that would want the list.
class ByName extends AbstractMap<String, Object> implements SelectableValue<String> {
  private final String variable;
  private final Reader reader;

  interface Reader {
    /// The value of this name; null when absent.
    @Nullable Object read(String name);
  }

  /// @param variable its name, for messages
  ByName(String variable, Reader reader) {
    this.variable = variable;
    this.reader = reader;
  }

  @Override
  public final Object select(String name) {
    Object value = reader.read(name);
    if (value == null) {
      throw new Unreadable(variable + '.' + name + " is absent");
    }
    return value;
  }

  @Override
  public Optional<Object> find(String name) {
    return Optional.ofNullable(reader.read(name));
  }

  @Override
  public final boolean containsKey(Object name) {
    return find((String) name).isPresent();
  }

  /// Null when absent: `in` and `[…]` both ask here, and to the first that is no error.
  @Override
  public final @Nullable Object get(Object name) {
    return reader.read((String) name);
  }

  @Override
  public final Set<Map.Entry<String, Object>> entrySet() {
    return Set.of();
  }
}
