package io.sallyport.demo;

import java.util.ArrayDeque;
import java.util.Deque;

/// What has been started and must be ended, last first.
final class Parts implements AutoCloseable {
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  /// Ends everything, also when one part does not end well. Idempotent.
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        System.err.println("sallyport demo: did not end well: " + e);
      }
    }
  }
}
