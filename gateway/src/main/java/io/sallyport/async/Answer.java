package io.sallyport.async;

import java.util.Objects;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/// An answer that is usually there at once and sometimes must wait. On the way of the common
/// request it is always [Ready]: no `Mono`, no hop to another thread.
public sealed interface Answer<T> {

  /// What follows from this answer: at once when it is there, else when it comes.
  <R> Answer<R> then(Function<? super T, Answer<R>> next);

  /// Here it is.
  record Ready<T>(T value) implements Answer<T> {
    public Ready {
      Objects.requireNonNull(value, "value");
    }

    @Override
    public <R> Answer<R> then(Function<? super T, Answer<R>> next) {
      return next.apply(value);
    }
  }

  /// It will come. Whoever waits sets a time-out, and takes an error, an empty end and silence for
  /// a refusal.
  record Pending<T>(Mono<T> value) implements Answer<T> {
    public Pending {
      Objects.requireNonNull(value, "value");
    }

    @Override
    public <R> Answer<R> then(Function<? super T, Answer<R>> next) {
      return new Pending<>(value.flatMap(came -> waitFor(next.apply(came))));
    }

    private static <R> Mono<R> waitFor(Answer<R> answer) {
      return switch (answer) {
        case Ready<R>(R value) -> Mono.just(value);
        case Pending<R>(Mono<R> value) -> value;
      };
    }
  }
}
