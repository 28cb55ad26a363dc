package io.sallyport.policy.cel;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// Compiles the expressions of one bundle. Made once per load; not needed afterwards.
public final class CelExpressions {
  private final Map<String, DataValue> data;

  /// @param data the values that expressions read as `data.NAME`
  public CelExpressions(Map<String, DataValue> data) {
    this.data = Map.copyOf(data);
  }

  /// Compiles a `when`. `request.variables` may not be read.
  public Compilation<CelCondition> condition(String text) {
    return condition(text, Set.of());
  }

  /// Compiles a `when` of a policy whose every route has these path variables.
  public Compilation<CelCondition> condition(String text, Set<String> pathVariables) {
    return new Compilation.Faulty<>(List.of(new Fault(1, 0, "not supported yet")));
  }

  /// Compiles a limit's `key`: an expression of type string.
  public Compilation<CelKey> key(String text) {
    return new Compilation.Faulty<>(List.of(new Fault(1, 0, "not supported yet")));
  }

  /// Reads what the expressions of this bundle read.
  public Inputs inputs() {
    return new Inputs(data);
  }
}
