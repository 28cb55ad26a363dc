package io.sallyport.limits;

import io.sallyport.async.Answer;
import io.sallyport.bundle.Limit;
import java.util.List;
import java.util.Objects;

/// Counts what callers take. Safe to share between threads.
public interface Limiter {

  /// Takes one request from every bucket named, or from none: when one refuses, the others are left
  /// as they were. Ready when decided here; pending while a shared store is asked.
  ///
  /// @param takes at least one
  Answer<Allowance> take(List<Take> takes);

  /// One request to be taken from the bucket of a key.
  ///
  /// @param key whose bucket; a bucket is known by (limit id, key) and outlives a bundle
  record Take(Limit limit, String key) {
    public Take {
      Objects.requireNonNull(limit, "limit");
      Objects.requireNonNull(key, "key");
    }
  }
}
