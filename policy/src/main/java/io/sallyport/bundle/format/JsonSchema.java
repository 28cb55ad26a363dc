package io.sallyport.bundle.format;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Writes a shape as a JSON Schema (draft 2020-12), so that editors complete and underline.
public final class JsonSchema {
  private final StringBuilder out = new StringBuilder();
  private int depth;

  private JsonSchema() {}

  /// The schema document of one kind of file.
  public static String of(String id, String title, Shape.Fields shape) {
    JsonSchema schema = new JsonSchema();
    schema.object(
        List.of(
            new Member(
                "$schema", () -> schema.string("https://json-schema.org/draft/2020-12/schema")),
            new Member("$id", () -> schema.string(id)),
            new Member("title", () -> schema.string(title))),
        schema.members(shape));
    return schema.out.append('\n').toString();
  }

  private record Member(String name, Runnable value) {}

  private List<Member> members(Shape shape) {
    List<Member> members = new ArrayList<>();
    switch (shape) {
      case Shape.Text text -> {
        members.add(type("string"));
        text.pattern()
            .ifPresentOrElse(
                pattern -> members.add(pattern(pattern.pattern())),
                () -> members.add(new Member("minLength", () -> out.append(1))));
        if (text.equals(CommonFormat.EXPRESSION)) {
          members.add(
              new Member(
                  "examples",
                  () ->
                      strings(
                          List.of(
                              "'orders:read' in caller.scopes",
                              "request.query.tenant == caller.claims.tenant",
                              "source.ip.within(data.officeNetworks)"))));
        }
        members.add(new Member("maxLength", () -> out.append(text.maxLength())));
      }
      case Shape.Word word -> members.add(new Member("enum", () -> strings(word.words())));
      case Shape.Whole number -> {
        members.add(type("integer"));
        members.add(new Member("minimum", () -> out.append(number.min())));
        members.add(new Member("maximum", () -> out.append(number.max())));
      }
      case Shape.Percent _ -> measured(members, Units.PERCENT, "50%");
      case Shape.Span _ -> measured(members, Units.DURATION, "500ms", "30s", "5m");
      case Shape.Size _ -> measured(members, Units.SIZE, "64KiB", "1MiB");
      case Shape.Flag _ -> members.add(type("boolean"));
      case Shape.Anything _ -> {}
      case Shape.Items items -> {
        members.add(type("array"));
        members.add(new Member("items", () -> object(members(items.item()))));
        members.add(new Member("minItems", () -> out.append(items.min())));
        members.add(new Member("maxItems", () -> out.append(items.max())));
      }
      case Shape.Named named -> {
        members.add(type("object"));
        members.add(new Member("propertyNames", () -> object(members(named.name()))));
        members.add(new Member("additionalProperties", () -> object(members(named.value()))));
        members.add(new Member("maxProperties", () -> out.append(named.max())));
      }
      case Shape.OneOrMany(Shape one, Shape.Items many) ->
          members.add(
              new Member(
                  "oneOf",
                  () -> array(List.of(() -> object(members(one)), () -> object(members(many))))));
      case Shape.Fields fields -> fields(members, fields);
    }
    return members;
  }

  private void fields(List<Member> members, Shape.Fields shape) {
    List<Field> built =
        shape.fields().stream().filter(field -> field.need() != Field.Need.NOT_YET).toList();
    List<String> required =
        built.stream()
            .filter(field -> field.need() == Field.Need.REQUIRED)
            .map(Field::name)
            .toList();
    members.add(type("object"));
    members.add(
        new Member(
            "properties",
            () ->
                object(
                    built.stream()
                        .map(field -> new Member(field.name(), () -> property(field)))
                        .toList())));
    if (!required.isEmpty()) {
      members.add(new Member("required", () -> strings(required)));
    }
    members.add(new Member("additionalProperties", () -> out.append(false)));
  }

  private void property(Field field) {
    object(
        List.of(new Member("description", () -> string(field.meaning()))), members(field.shape()));
  }

  private void measured(List<Member> members, String pattern, String... examples) {
    members.add(type("string"));
    members.add(pattern(pattern));
    members.add(new Member("examples", () -> strings(List.of(examples))));
  }

  private Member type(String type) {
    return new Member("type", () -> string(type));
  }

  private Member pattern(String pattern) {
    return new Member("pattern", () -> string("^(?:" + pattern + ")$"));
  }

  @SafeVarargs
  private void object(List<Member>... parts) {
    List<Runnable> lines = new ArrayList<>();
    for (List<Member> part : parts) {
      for (Member member : part) {
        lines.add(
            () -> {
              string(member.name());
              out.append(": ");
              member.value().run();
            });
      }
    }
    block('{', lines, '}');
  }

  private void array(List<Runnable> items) {
    block('[', items, ']');
  }

  private void block(char open, List<Runnable> lines, char close) {
    out.append(open);
    depth++;
    for (int i = 0; i < lines.size(); i++) {
      out.append(i == 0 ? "\n" : ",\n").append("  ".repeat(depth));
      lines.get(i).run();
    }
    depth--;
    if (!lines.isEmpty()) {
      out.append('\n').append("  ".repeat(depth));
    }
    out.append(close);
  }

  private void strings(List<String> values) {
    out.append(values.stream().map(JsonSchema::quote).collect(Collectors.joining(", ", "[", "]")));
  }

  private void string(String value) {
    out.append(quote(value));
  }

  private static String quote(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
