package io.sallyport.bundle.format;

/// One name that a section may have.
///
/// @param meaning one or two sentences, for the reference page and for editors
/// @param absent what holds without it, in words; for a required field, why it must be there; empty
///   when there is nothing to say
public record Field(String name, Shape shape, Need need, String meaning, String absent) {

  /// Whether it must, may or cannot be written.
  public enum Need {
    REQUIRED,
    OPTIONAL,
    /// Known, and refused: what is not built yet is never ignored.
    NOT_YET
  }

  /// A field that must be there.
  public static Field required(String name, Shape shape, String meaning) {
    return new Field(name, shape, Need.REQUIRED, meaning, "");
  }

  /// A field that must be there, and why.
  public static Field required(String name, Shape shape, String why, String meaning) {
    return new Field(name, shape, Need.REQUIRED, meaning, why);
  }

  /// A field that may be there.
  public static Field optional(String name, Shape shape, String meaning) {
    return new Field(name, shape, Need.OPTIONAL, meaning, "");
  }

  /// A field that may be there, and what holds without it.
  public static Field optional(String name, Shape shape, String absent, String meaning) {
    return new Field(name, shape, Need.OPTIONAL, meaning, absent);
  }

  /// A field that a later version will know.
  public static Field notYet(String name) {
    return new Field(name, new Shape.Anything(), Need.NOT_YET, "Not supported yet.", "");
  }
}
