package io.sallyport.authentication;

import io.sallyport.async.Answer;
import org.jspecify.annotations.Nullable;

/// Keys that a file of the bundle holds. They change when the bundle does.
record FileKeys(KeySet keys) implements KeySource {

  @Override
  public Answer<Lookup> find(@Nullable String id, String algorithm) {
    return new Answer.Ready<>(known(id, algorithm));
  }

  @Override
  public Lookup known(@Nullable String id, String algorithm) {
    VerificationKey key = keys.find(id, algorithm);
    return key == null ? new Unknown() : new Found(key);
  }

  @Override
  public boolean holds(VerificationKey key) {
    return keys.holds(key);
  }

  @Override
  public void close() {
    // Nothing is kept fresh.
  }
}
