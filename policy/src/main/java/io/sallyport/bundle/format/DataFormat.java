package io.sallyport.bundle.format;

import static io.sallyport.bundle.format.Field.required;

/// `data/*.yaml`: lists and flags that policies look up.
public final class DataFormat {
  static final Shape.Text NAME =
      Shape.Text.matching(
          "a name of letters, digits and underscores that starts with a letter",
          "[A-Za-z][A-Za-z0-9_]{0,63}");

  private static final Shape.Fields VALUE =
      Shape.Fields.of(
          "data value",
          required(
              "type",
              Shape.Word.of(
                  "bool",
                  "int",
                  "double",
                  "string",
                  "cidr",
                  "list(bool)",
                  "list(int)",
                  "list(double)",
                  "list(string)",
                  "list(cidr)",
                  "map(string, string)"),
              "Its type: an empty list has one too, and expressions are checked against it."),
          required("value", new Shape.Anything(), "The value."));

  /// The whole file.
  public static final Shape.Fields FILE =
      Shape.Fields.of(
          "data file",
          CommonFormat.apiVersion(),
          CommonFormat.kind("Data"),
          CommonFormat.metadata(),
          required(
              "values",
              new Shape.Named(NAME, VALUE, 10_000),
              "Values by name. Expressions read them as `data.NAME`."));

  private DataFormat() {}
}
