package io.sallyport.snapshot;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Hears what becomes of the live configuration. Called on the thread that loads; must not throw.
///
/// @param <R> what a bundle is made into
public interface SnapshotEvents<R> {

  /// A bundle took effect.
  ///
  /// @param before what was in force; null at start
  void loaded(R now, @Nullable R before);

  /// A bundle was refused; what was in force stays.
  ///
  /// @param problems lines for people
  void refused(List<String> problems);

  /// At start the bundle was bad or missing, and the one that served last serves again.
  void servingLastGood(R lastGood, List<String> problems);

  /// The bundle in force could not be kept on disk for a restart.
  void notKept(String why);
}
