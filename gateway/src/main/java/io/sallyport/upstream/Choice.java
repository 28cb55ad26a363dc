package io.sallyport.upstream;

import io.sallyport.bundle.Upstream;

/// Which endpoint a try goes to.
public sealed interface Choice {

  /// This one.
  record Chosen(Upstream.Endpoint endpoint) implements Choice {}

  /// None is well enough to try.
  ///
  /// @param why for logs and audit
  record None(String why) implements Choice {}
}
