package io.sallyport.bundle;

/// What came of reading a bundle: all of it, or nothing and every problem.
public sealed interface BundleReading {

  /// It can be loaded, once its own tests pass.
  record Good(Bundle bundle, BundleTests tests) implements BundleReading {}

  /// Nothing is loaded.
  record Bad(Problems problems) implements BundleReading {}
}
