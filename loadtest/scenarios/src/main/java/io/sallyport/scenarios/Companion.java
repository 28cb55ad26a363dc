package io.sallyport.scenarios;

import java.util.List;

/// What goes on beside the load. Begins when the load begins, and is closed when it ends, or when
/// the run is given up; closing again does nothing.
interface Companion extends AutoCloseable {
  void begin();

  /// Leaves everything as it was found, as far as that is possible.
  @Override
  void close();

  /// What a reader of the report should know.
  List<String> summary();

  /// Why this run shows nothing, or shows something bad. Empty: all went as planned.
  List<String> problems();

  /// Nothing goes on beside the load.
  record Nothing() implements Companion {
    @Override
    public void begin() {}

    @Override
    public void close() {}

    @Override
    public List<String> summary() {
      return List.of();
    }

    @Override
    public List<String> problems() {
      return List.of();
    }
  }
}
