package io.sallyport.policy.cel;

import io.sallyport.policy.AccessRequest;
import io.sallyport.policy.KeyExpression;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A limit's `key` written in CEL.
public final class CelKey implements KeyExpression {
  CelKey() {}

  @Override
  public @Nullable String evaluate(AccessRequest request) {
    throw new UnsupportedOperationException("not landed yet");
  }

  @Override
  public Set<String> inputs() {
    throw new UnsupportedOperationException("not landed yet");
  }
}
