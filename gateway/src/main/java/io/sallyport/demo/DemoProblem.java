package io.sallyport.demo;

/// Why the demo does not start, or does not do what it is asked. The message is one line for a
/// person.
public final class DemoProblem extends Exception {

  public DemoProblem(String message) {
    super(message);
  }

  public DemoProblem(String message, Throwable cause) {
    super(message, cause);
  }
}
