package io.sallyport.limits;

import io.sallyport.async.Answer;
import io.sallyport.bundle.Limit;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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
  /// @param key whose bucket; a bucket is known by (limit id, key) and outlives a bundle. A long
  ///   one is kept as its digest: what a caller sends must not decide how much memory a bucket
  ///   takes
  record Take(Limit limit, String key) {
    private static final int LONGEST = 256;

    public Take {
      Objects.requireNonNull(limit, "limit");
      key = key.length() <= LONGEST ? key : digest(key);
    }

    private static String digest(String key) {
      try {
        byte[] hash =
            MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        return "sha256:" + HexFormat.of().formatHex(hash);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }
  }
}
