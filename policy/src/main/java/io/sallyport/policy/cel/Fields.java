package io.sallyport.policy.cel;

import dev.cel.common.values.SelectableValue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One root variable as expressions see it: a view whose fields are read when they are asked.
///
/// @param name the root variable's name
/// @param values a field's value; null when it is absent
record Fields(String name, Reader values) implements SelectableValue<String> {

  interface Reader {
    @Nullable Object read(String field);
  }

  @Override
  public Object select(String field) {
    Object value = values.read(field);
    if (value == null) {
      throw new Unreadable(name + '.' + field + " is absent");
    }
    return value;
  }

  @Override
  public Optional<Object> find(String field) {
    return Optional.ofNullable(values.read(field));
  }
}
