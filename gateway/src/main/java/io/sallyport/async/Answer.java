package io.sallyport.async;

import java.util.Objects;
import reactor.core.publisher.Mono;

/// An answer that is usually there at once and sometimes must wait. On the way of the common
/// request it is always [Ready]: no `Mono`, no hop to another thread.
public sealed interface Answer<T> {

  /// Here it is.
  record Ready<T>(T value) implements Answer<T> {
    public Ready {
      Objects.requireNonNull(value, "value");
    }
  }

  /// It will come. Whoever waits sets a time-out, and takes an error, an empty end and silence for
  /// a refusal.
  record Pending<T>(Mono<T> value) implements Answer<T> {
    public Pending {
      Objects.requireNonNull(value, "value");
    }
  }
}
