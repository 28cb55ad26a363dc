package io.sallyport.listener;

import java.util.concurrent.atomic.AtomicLong;

/// The bytes of all requests' bodies that were received and not yet passed on. Each exchange is
/// bounded by its window; this bounds the sum of them, so that many slow uploads cannot fill the
/// memory: when it is full, who sends more is refused as `overloaded`.
///
/// Safe for use by several threads; two atomic additions per piece of a body.
final class BytesInFlight {
  private final long most;
  private final AtomicLong now = new AtomicLong();

  BytesInFlight(long most) {
    this.most = most;
  }

  void add(int bytes) {
    now.addAndGet(bytes);
  }

  void remove(long bytes) {
    now.addAndGet(-bytes);
  }

  boolean full() {
    return now.get() > most;
  }

  long now() {
    return now.get();
  }
}
