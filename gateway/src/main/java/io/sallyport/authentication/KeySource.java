package io.sallyport.authentication;

import io.sallyport.async.Answer;
import org.jspecify.annotations.Nullable;

/// Where an issuer's keys come from. Safe to share between threads.
sealed interface KeySource permits FileKeys, FetchedKeys {

  /// Looks for the key that a token names. Ready when it is known; pending only while keys are
  /// fetched.
  Answer<Lookup> find(@Nullable String id, String algorithm);

  /// The same among the keys that are there: nothing is fetched.
  Lookup known(@Nullable String id, String algorithm);

  /// Whether this very key is in force: it is in the set as last seen, and that was seen not too
  /// long ago. Costs one volatile read.
  boolean holds(VerificationKey key);

  /// Keeps its keys fresh no longer. Idempotent.
  void close();

  /// What came of looking for a key.
  sealed interface Lookup {}

  record Found(VerificationKey key) implements Lookup {}

  /// The issuer has no such key.
  record Unknown() implements Lookup {}

  /// Whether the issuer has it cannot be told now.
  ///
  /// @param why for logs and audit
  record Unavailable(String why) implements Lookup {}
}
