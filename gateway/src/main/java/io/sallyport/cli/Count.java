package io.sallyport.cli;

/// A number of things, as people say it.
final class Count {
  private Count() {}

  static String of(int number, String one) {
    return of(number, one, one + 's');
  }

  static String of(int number, String one, String many) {
    return number + " " + (number == 1 ? one : many);
  }
}
