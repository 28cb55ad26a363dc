package io.sallyport.policy.cel;

import dev.cel.common.CelSource;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.ast.CelExpr;

/// Where the parts of an expression stand in its text.
record Positions(CelSource source) {

  Fault fault(int offset, String message) {
    return source
        .getOffsetLocation(offset)
        .map(location -> new Fault(location.getLine(), location.getColumn(), message))
        .orElseGet(() -> new Fault(1, 0, message));
  }

  int offset(CelExpr expr) {
    return source.getPositionsMap().getOrDefault(expr.id(), 0);
  }

  int offset(CelSourceLocation location) {
    return source.getLocationOffset(location).orElse(0);
  }

  /// Where the name stands that an operator at this offset belongs to: CEL points at the dot of
  /// `a.b`, at the parenthesis of `b()` and at that of `has(a.b)`.
  int offsetOfName(int offset, String name) {
    String text = source.getContent().toString();
    if (name.isEmpty() || offset >= text.length()) {
      return offset;
    }
    int found =
        switch (text.charAt(offset)) {
          case '.' -> text.indexOf(name, offset);
          case '(' ->
              text.startsWith(name, offset - name.length())
                  ? offset - name.length()
                  : text.indexOf(name, offset);
          default -> -1;
        };
    return found < 0 ? offset : found;
  }
}
