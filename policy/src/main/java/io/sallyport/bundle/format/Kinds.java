package io.sallyport.bundle.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The four kinds of file, as people see them: their schemas and the tables of the reference page.
public final class Kinds {

  private Kinds() {}

  /// The shape of each kind's file, by the name of its folder.
  public static Map<String, Shape.Fields> files() {
    Map<String, Shape.Fields> files = new LinkedHashMap<>();
    files.put("routes", RoutesFormat.FILE);
    files.put("policies", PoliciesFormat.FILE);
    files.put("data", DataFormat.FILE);
    files.put("tests", TestsFormat.FILE);
    return files;
  }

  /// The name of a kind's schema, which is a resource below `/schemas/`.
  public static String schemaName(String folder) {
    return "sallyport-v1-" + folder + ".schema.json";
  }

  /// The schema of each kind, by its name.
  public static Map<String, String> schemas() {
    Map<String, String> schemas = new LinkedHashMap<>();
    files()
        .forEach(
            (folder, shape) -> {
              String name = schemaName(folder);
              String id = "urn:sallyport:v1:" + folder;
              schemas.put(name, JsonSchema.of(id, "Sallyport " + shape.name(), shape));
            });
    return schemas;
  }

  /// A Markdown table of every field of a kind that is built, in the order people write them, with
  /// dotted names; `[]` marks a list, `NAME` a name that is free.
  public static String table(String folder) {
    List<String> rows = new ArrayList<>();
    Shape.Fields shape = files().get(folder);
    if (shape == null) {
      throw new IllegalArgumentException("folder: " + folder);
    }
    rows(shape, "", rows);
    return "| field | value | without it | meaning |\n| --- | --- | --- | --- |\n"
        + String.join("", rows);
  }

  private static void rows(Shape shape, String prefix, List<String> rows) {
    switch (shape) {
      case Shape.Fields fields -> {
        for (Field field : fields.fields()) {
          if (field.need() != Field.Need.NOT_YET) {
            rows.add(row(prefix + field.name(), field));
            rows(field.shape(), prefix + field.name() + '.', rows);
          }
        }
      }
      case Shape.Items items -> rows(items.item(), listed(prefix), rows);
      case Shape.Named named -> rows(named.value(), prefix + "NAME.", rows);
      case Shape.OneOrMany either -> rows(either.many(), prefix, rows);
      case Shape.Text _,
          Shape.Word _,
          Shape.Whole _,
          Shape.Percent _,
          Shape.Span _,
          Shape.Size _,
          Shape.Flag _,
          Shape.Anything _ -> {}
    }
  }

  private static String listed(String prefix) {
    return prefix.isEmpty() ? prefix : prefix.substring(0, prefix.length() - 1) + "[].";
  }

  private static String row(String name, Field field) {
    String absent =
        switch (field.need()) {
          case REQUIRED -> "must be there";
          case OPTIONAL, NOT_YET -> field.absent();
        };
    return "| `%s` | %s | %s | %s |%n"
        .formatted(name, value(field.shape()), absent, field.meaning())
        .replace("\r", "");
  }

  private static String value(Shape shape) {
    return switch (shape) {
      case Shape.Items items when !(items.item() instanceof Shape.Fields) ->
          "a list, each " + value(items.item());
      case Shape.Text text when text.equals(CommonFormat.ID) -> "an id";
      case Shape.Items _ -> "a list";
      case Shape.Named named when named.value() instanceof Shape.Text -> "names and texts";
      case Shape.OneOrMany(Shape one, Shape.Items many) -> value(one) + ", or " + value(many);
      case Shape.Word word ->
          (word.words().size() > 1 ? "one of " : "")
              + word.words().stream()
                  .map(text -> '`' + text + '`')
                  .collect(java.util.stream.Collectors.joining(", "));
      default -> shape.expected();
    };
  }
}
