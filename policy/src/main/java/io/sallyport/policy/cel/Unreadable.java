package io.sallyport.policy.cel;

/// A variable that has no one value for this request. Thrown through cel-java's evaluation, which
/// knows exceptions only, and caught at its door; its message names variables, never their values.
final class Unreadable extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String why;

  Unreadable(String why) {
    super(why, null, false, false);
    this.why = why;
  }

  String why() {
    return why;
  }
}
