package io.sallyport.loadtest;

/// A round that is worth nothing: the message says why, for the report.
final class NotMeasured extends Exception {
  private static final long serialVersionUID = 1L;

  NotMeasured(String why) {
    super(why);
  }

  NotMeasured(String why, Throwable cause) {
    super(why, cause);
  }

  String why() {
    return String.valueOf(getMessage());
  }
}
