package io.sallyport.policy.cel;

import java.util.Objects;

/// A typed value of `data/*.yaml`, read by expressions as `data.NAME`.
///
/// @param type `string`, `int`, `double`, `bool`, `cidr`, `list(string)`, `list(int)`,
///   `list(double)`, `list(bool)`, `list(cidr)` or `map(string, string)`
/// @param value as plain JDK values: String, Long, Double, Boolean, List, Map
public record DataValue(String type, Object value) {

  public DataValue {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(value, "value");
  }

  /// Reads what YAML said as a value of this type.
  public static Reading of(String type, Object yaml) {
    return new Unreadable("not supported yet: " + type + yaml);
  }

  /// What came of reading a value.
  public sealed interface Reading {}

  public record Read(DataValue value) implements Reading {}

  /// @param why what is wrong, for the person who wrote the file
  public record Unreadable(String why) implements Reading {}
}
