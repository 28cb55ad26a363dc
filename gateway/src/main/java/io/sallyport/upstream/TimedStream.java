package io.sallyport.upstream;

import org.jspecify.annotations.Nullable;

/// A stream whose time its loop watches: a node of the loop's list.
abstract sealed class TimedStream implements UpstreamStream permits Http1Stream, H2Stream {
  @Nullable TimedStream next;
  @Nullable TimedStream previous;

  /// Looks at the clock, and gives up what is late.
  abstract void checkTime(long now);

  /// Whether nothing more comes of it.
  abstract boolean over();
}
