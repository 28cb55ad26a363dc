package io.sallyport.bundle.pack;

/// A packed bundle, or a key, that must not be used. The message is one line for people.
public final class Unusable extends Exception {
  private static final long serialVersionUID = 1;

  private final String why;

  public Unusable(String why) {
    super(why);
    this.why = why;
  }

  /// The message.
  public String why() {
    return why;
  }
}
