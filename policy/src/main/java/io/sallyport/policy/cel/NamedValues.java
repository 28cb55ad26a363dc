package io.sallyport.policy.cel;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Query parameters or header fields as expressions see them: one name, one value. A name that came
/// twice is an error; `all` gives the list.
final class NamedValues extends ByName {
  private final Function<String, List<String>> values;

  NamedValues(String variable, Function<String, List<String>> values) {
    super(variable, name -> one(variable, name, values.apply(name)));
    this.values = values;
  }

  List<String> all(String name) {
    return values.apply(name);
  }

  private static @Nullable String one(String variable, String name, List<String> all) {
    if (all.size() > 1) {
      throw new Unreadable(variable + '.' + name + " came more than once");
    }
    return all.isEmpty() ? null : all.getFirst();
  }

  /// That a name came twice is no reason to say that it did not come.
  @Override
  public Optional<Object> find(String name) {
    List<String> all = all(name);
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getFirst());
  }
}
