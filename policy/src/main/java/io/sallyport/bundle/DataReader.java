package io.sallyport.bundle;

import io.sallyport.bundle.format.Section;
import io.sallyport.bundle.source.Findings;
import io.sallyport.bundle.source.Node;
import io.sallyport.policy.cel.DataValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the values that policies look up.
final class DataReader {
  private final Findings findings;

  DataReader(Findings findings) {
    this.findings = findings;
  }

  /// Null when it is faulty, which was reported.
  @Nullable DataValue read(Section value) {
    String type = value.text("type");
    Node tree = value.tree("value");
    if (type == null || tree == null) {
      return null;
    }
    return switch (DataValue.of(type, plain(tree))) {
      case DataValue.Read(DataValue read) -> read;
      case DataValue.Unreadable(String why) -> {
        findings.problem(tree.place(), why);
        yield standIn(type);
      }
    };
  }

  /// A value of the type, so that expressions which read a faulty one are not said to be faulty
  /// too.
  private static @Nullable DataValue standIn(String type) {
    Object empty =
        switch (type) {
          case "bool" -> false;
          case "int" -> 0L;
          case "double" -> 0.0;
          case "string" -> "";
          case "cidr" -> "::/0";
          case "map(string, string)" -> Map.of();
          default -> List.of();
        };
    return DataValue.of(type, empty) instanceof DataValue.Read(DataValue value) ? value : null;
  }

  /// Plain JDK values: String, Boolean, Long, Double, List, Map; nothing is the empty text.
  static Object plain(Node node) {
    return switch (node) {
      case Node.Mapping mapping -> {
        Map<String, Object> map = new LinkedHashMap<>();
        mapping.entries().forEach(entry -> map.put(entry.key().text(), plain(entry.value())));
        yield map;
      }
      case Node.Sequence sequence -> {
        List<Object> list = new ArrayList<>();
        sequence.items().forEach(item -> list.add(plain(item)));
        yield list;
      }
      case Node.Scalar scalar -> scalar(scalar);
      case Node.Refused _ -> "";
    };
  }

  private static Object scalar(Node.Scalar scalar) {
    try {
      return switch (scalar.type()) {
        case TEXT, NULL -> scalar.text();
        case BOOLEAN -> scalar.text().equalsIgnoreCase("true");
        case INTEGER -> Long.decode(scalar.text());
        case DECIMAL -> Double.valueOf(scalar.text());
      };
    } catch (NumberFormatException e) {
      // Outside of what a number can hold, or a spelling such as .inf: the type check refuses text.
      return scalar.text();
    }
  }
}
