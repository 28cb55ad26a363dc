package io.sallyport.authentication;

import java.util.concurrent.atomic.LongAdder;

/// How often issuers were asked for their keys in this process, and how that ended.
final class KeyFetches {
  final LongAdder succeeded = new LongAdder();

  /// No answer, or one that is not a key set.
  final LongAdder failed = new LongAdder();
}
