package io.sallyport.bundle.format;

import static io.sallyport.bundle.format.Field.optional;
import static io.sallyport.bundle.format.Field.required;

/// Shapes that several kinds of file share.
public final class CommonFormat {
  /// The only version there is.
  public static final String API_VERSION = "sallyport/v1";

  static final Shape.Text ID =
      Shape.Text.matching(
          "an id of lower-case letters, digits and hyphens",
          "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
  static final Shape.Text SSL_BUNDLE =
      Shape.Text.matching(
          "the name of a Spring Boot SSL bundle", "[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  static final Shape.Text EXPRESSION = Shape.Text.free("a CEL expression");

  private CommonFormat() {}

  static Field apiVersion() {
    return required("apiVersion", Shape.Word.of(API_VERSION), "The version of this format.");
  }

  static Field kind(String kind) {
    return required("kind", Shape.Word.of(kind), "What the file holds.");
  }

  static Field metadata() {
    return optional(
        "metadata",
        Shape.Fields.of(
            "metadata",
            optional("owner", Shape.Text.free("text"), "Who answers for the file."),
            optional(
                "change",
                Shape.Text.free("text"),
                "The change that brought it, such as a ticket's number.")),
        "Who is behind the file. Lands in the audit log when the bundle is loaded.");
  }

  static Shape.Items list(Shape item, int min, int max) {
    return new Shape.Items(item, min, max);
  }
}
