package io.sallyport.policy;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A compiled limit key: text that names whose quota a request takes from. Total: null when it
/// cannot be evaluated or is empty, and then the request is refused.
public interface KeyExpression {

  @Nullable String evaluate(AccessRequest request);

  /// The variables it reads; known at load.
  Set<String> inputs();
}
