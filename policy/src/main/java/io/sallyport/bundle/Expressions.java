package io.sallyport.bundle;

import io.sallyport.bundle.format.Value;
import io.sallyport.bundle.source.Findings;
import io.sallyport.policy.KeyExpression;
import io.sallyport.policy.cel.CelCondition;
import io.sallyport.policy.cel.CelExpressions;
import io.sallyport.policy.cel.Compilation;
import io.sallyport.policy.cel.Fault;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compiles a bundle's expressions and says where in the files their faults are.
final class Expressions {
  private final CelExpressions cel;
  private final Findings findings;

  Expressions(CelExpressions cel, Findings findings) {
    this.cel = cel;
    this.findings = findings;
  }

  /// Null when it has faults, which were reported.
  @Nullable CelCondition condition(Value.Leaf leaf, Set<String> pathVariables) {
    return compiled(leaf, cel.condition(leaf.text(), pathVariables));
  }

  /// Null when it has faults, which were reported.
  @Nullable KeyExpression key(Value.Leaf leaf) {
    return compiled(leaf, cel.key(leaf.text()));
  }

  private <T> @Nullable T compiled(Value.Leaf leaf, Compilation<T> compilation) {
    return switch (compilation) {
      case Compilation.Compiled<T>(T value) -> value;
      case Compilation.Faulty<T>(List<Fault> faults) -> {
        for (Fault fault : faults) {
          findings.problem(leaf.node().at(offset(leaf.text(), fault)), fault.message());
        }
        yield null;
      }
    };
  }

  /// Code points before the fault.
  private static int offset(String text, Fault fault) {
    int at = 0;
    for (int line = 1; line < fault.line(); line++) {
      int end = text.indexOf('\n', at);
      if (end < 0) {
        break;
      }
      at = end + 1;
    }
    int to = Math.clamp(at + (long) fault.column(), 0, text.length());
    return text.codePointCount(0, to);
  }
}
