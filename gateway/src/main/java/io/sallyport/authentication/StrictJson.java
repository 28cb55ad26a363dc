package io.sallyport.authentication;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// Reads JSON that has one meaning only (RFC 8259, I-JSON of RFC 7493): no name twice, no number
/// that would be rounded to another, no half of a surrogate pair, nothing after the end.
final class StrictJson {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(16).maxNumberLength(64).build())
          .build();

  private StrictJson() {}

  /// Reads an object to String, Boolean, Long, Double, List and Map. A member that is null is
  /// absent.
  ///
  /// @throws Malformed when the text is anything else
  static Map<String, Object> object(String text) throws Malformed {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new Malformed("not a JSON object");
      }
      Map<String, Object> object = members(parser);
      if (parser.nextToken() != null) {
        throw new Malformed("text after the JSON object");
      }
      return object;
    } catch (JacksonException e) {
      // The parser's own words may quote the text, which may be a credential.
      throw new Malformed("not strict JSON (" + e.getClass().getSimpleName() + ")");
    }
  }

  private static Map<String, Object> members(JsonParser parser) throws Malformed {
    var members = new HashMap<String, Object>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = wellFormed(parser.currentName());
      parser.nextToken();
      Object value = value(parser);
      if (value != null) {
        members.put(name, value);
      }
    }
    return members;
  }

  private static List<Object> elements(JsonParser parser) throws Malformed {
    var elements = new ArrayList<Object>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      Object value = value(parser);
      if (value == null) {
        throw new Malformed("null in a JSON array");
      }
      elements.add(value);
    }
    return elements;
  }

  private static @Nullable Object value(JsonParser parser) throws Malformed {
    return switch (parser.currentToken()) {
      case START_OBJECT -> Map.copyOf(members(parser));
      case START_ARRAY -> List.copyOf(elements(parser));
      case VALUE_STRING -> wellFormed(parser.getString());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case VALUE_NUMBER_INT ->
          switch (parser.getNumberType()) {
            case INT, LONG -> parser.getLongValue();
            case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL ->
                throw new Malformed("a JSON integer beyond 64 bits");
          };
      case VALUE_NUMBER_FLOAT -> {
        double number = parser.getDoubleValue();
        if (!Double.isFinite(number)) {
          throw new Malformed("a JSON number beyond a double");
        }
        yield number;
      }
      case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          throw new Malformed("not JSON");
    };
  }

  private static String wellFormed(String text) throws Malformed {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        boolean pair =
            i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
        if (!pair) {
          throw new Malformed("half of a surrogate pair in a JSON string");
        }
        i++;
      }
    }
    return text;
  }

  /// The text is not what it should be. Its message holds no part of the text.
  static final class Malformed extends Exception {
    Malformed(String why) {
      super(why, null, false, false);
    }
  }
}
