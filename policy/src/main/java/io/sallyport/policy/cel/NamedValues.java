package io.sallyport.policy.cel;

import dev.cel.common.values.SelectableValue;
import java.util.AbstractMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Query parameters or header fields as expressions see them: one name, one value. A name that is
/// absent or came twice is an error; `all` gives the list.
///
/// It is a map to CEL, but one that can only be asked for a name: it lists nothing.
final class NamedValues extends AbstractMap<String, String> implements SelectableValue<String> {
  private final String variable;
  private final Function<String, List<String>> values;

  NamedValues(String variable, Function<String, List<String>> values) {
    this.variable = variable;
    this.values = values;
  }

  List<String> all(String name) {
    return values.apply(name);
  }

  @Override
  public Object select(String name) {
    List<String> all = all(name);
    if (all.size() == 1) {
      return all.getFirst();
    }
    throw new Unreadable(
        variable + '.' + name + (all.isEmpty() ? " is absent" : " came more than once"));
  }

  @Override
  public Optional<Object> find(String name) {
    List<String> all = all(name);
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getFirst());
  }

  @Override
  public boolean containsKey(Object name) {
    return find((String) name).isPresent();
  }

  /// Null when absent: `in` and `[…]` both ask here, and the first is no error.
  @Override
  public @Nullable String get(Object name) {
    return containsKey(name) ? (String) select((String) name) : null;
  }

  @Override
  public Set<Map.Entry<String, String>> entrySet() {
    return Set.of();
  }
}
