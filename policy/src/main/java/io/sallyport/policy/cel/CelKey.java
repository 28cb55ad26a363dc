package io.sallyport.policy.cel;

import io.sallyport.policy.AccessRequest;
import io.sallyport.policy.KeyExpression;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A limit's `key` written in CEL.
public final class CelKey implements KeyExpression {
  private final Program program;

  CelKey(Program program) {
    this.program = program;
  }

  @Override
  public @Nullable String evaluate(AccessRequest request) {
    return switch (program.evaluate(request)) {
      case Program.Value(String key) -> key.isEmpty() ? null : key;
      case Program.Value _, Program.Failure _ -> null;
    };
  }

  /// The expression, as [CelCondition#text] writes it.
  public String text() {
    return program.text();
  }

  @Override
  public Set<String> inputs() {
    return program.inputs();
  }
}
