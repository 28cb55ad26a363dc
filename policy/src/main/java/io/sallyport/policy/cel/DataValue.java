package io.sallyport.policy.cel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/// A typed value of `data/*.yaml`, read by expressions as `data.NAME`.
///
/// @param type one of [#TYPES]
/// @param value as plain JDK values: String, Long, Double, Boolean, List, Map; a network is text
public record DataValue(String type, Object value) {

  /// Every type that a value may have.
  public static final Set<String> TYPES =
      Set.of(
          "string",
          "int",
          "double",
          "bool",
          "cidr",
          "list(string)",
          "list(int)",
          "list(double)",
          "list(bool)",
          "list(cidr)",
          "map(string, string)");

  public DataValue {
    Objects.requireNonNull(value, "value");
    if (!TYPES.contains(type)) {
      throw new IllegalArgumentException("type: " + type);
    }
  }

  /// Reads what YAML said as a value of this type.
  ///
  /// @param yaml a String, Integer, Long, Double, Boolean, List or Map
  public static Reading of(String type, Object yaml) {
    String name = type.replace("map(string,string)", "map(string, string)");
    if (!TYPES.contains(name)) {
      return new Unreadable(
          Suggestion.named("unknown type '" + type + "'", type, TYPES)
              + "; types are "
              + String.join(", ", new TreeSet<>(TYPES)));
    }
    return switch (yaml) {
      case List<?> list when name.startsWith("list(") -> readList(name, list);
      case Map<?, ?> map when name.startsWith("map(") -> readMap(name, map);
      default -> readScalar(name, yaml);
    };
  }

  private static Reading readList(String type, List<?> yaml) {
    String element = type.substring("list(".length(), type.length() - 1);
    List<Object> values = new ArrayList<>(yaml.size());
    for (int i = 0; i < yaml.size(); i++) {
      switch (readScalar(element, yaml.get(i))) {
        case Read(DataValue(_, Object value)) -> values.add(value);
        case Unreadable(String why) -> {
          return new Unreadable("item " + (i + 1) + ": " + why);
        }
      }
    }
    return new Read(new DataValue(type, List.copyOf(values)));
  }

  private static Reading readMap(String type, Map<?, ?> yaml) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : yaml.entrySet()) {
      if (!(entry.getKey() instanceof String key) || !(entry.getValue() instanceof String value)) {
        return new Unreadable("'" + entry.getKey() + "': keys and values must be strings");
      }
      values.put(key, value);
    }
    return new Read(new DataValue(type, Map.copyOf(values)));
  }

  private static Reading readScalar(String type, Object yaml) {
    return switch (yaml) {
      case String text when type.equals("string") -> new Read(new DataValue(type, text));
      case String text when type.equals("cidr") -> {
        String problem = Networks.problem(text);
        yield problem == null ? new Read(new DataValue(type, text)) : new Unreadable(problem);
      }
      case Boolean flag when type.equals("bool") -> new Read(new DataValue(type, flag));
      case Integer number when type.equals("int") ->
          new Read(new DataValue(type, number.longValue()));
      case Long number when type.equals("int") -> new Read(new DataValue(type, number));
      case Integer number when type.equals("double") ->
          new Read(new DataValue(type, number.doubleValue()));
      case Double number when type.equals("double") -> new Read(new DataValue(type, number));
      case null, default -> new Unreadable("'" + yaml + "' is not of type " + type);
    };
  }

  /// What came of reading a value.
  public sealed interface Reading {}

  public record Read(DataValue value) implements Reading {}

  /// @param why what is wrong, for the person who wrote the file
  public record Unreadable(String why) implements Reading {}
}
