package io.sallyport.limits.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Where all replicas count. Safe to share between threads; never blocks.
interface Store extends AutoCloseable {

  /// Takes from every bucket, or from none. Ends within the time-out, in an error if nobody knows
  /// what was taken: then nothing of it may be used. Never throws.
  CompletableFuture<Reply> take(List<Charge> charges);

  /// Gives back what was taken and not used, at most once: when it cannot, it is lost. Never
  /// throws; what it returns never ends in an error.
  CompletableFuture<Void> giveBack(List<Charge> charges);

  /// Whether there is any sense in asking.
  boolean isOpen();

  @Override
  void close();
}
