package io.sallyport.policy.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.parser.CelUnparserFactory;
import java.util.HashMap;
import java.util.Map;

/// The text of a condition's parts, as its author wrote it. CEL's tree knows where an operator
/// stands, not where an operand ends; between two operators of the outermost `&&` and `||` stands
/// one part.
final class SourceParts {
  private final CelAbstractSyntaxTree ast;
  private final String text;
  private final Map<Long, String> parts = new HashMap<>();
  private CelExpr last;
  private int start;

  SourceParts(CelAbstractSyntaxTree ast) {
    this.ast = ast;
    this.text = ast.getSource().getContent().toString();
    this.last = ast.getExpr();
    collect(ast.getExpr());
    parts.put(last.id(), trimmed(start, text.length()));
  }

  /// The text of a part; of anything else as CEL would write it.
  String text(CelExpr expr) {
    String part = parts.get(expr.id());
    return part == null ? unparsed(expr) : part;
  }

  static boolean isJunction(CelExpr expr) {
    return expr.getKind() == Kind.CALL
        && (expr.call().function().equals("_&&_") || expr.call().function().equals("_||_"));
  }

  private void collect(CelExpr expr) {
    if (!isJunction(expr)) {
      last = expr;
      return;
    }
    collect(expr.call().args().get(0));
    int operator = ast.getSource().getPositionsMap().getOrDefault(expr.id(), start);
    parts.put(last.id(), trimmed(start, operator));
    start = operator + 2;
    collect(expr.call().args().get(1));
  }

  /// Without white space, and without the parentheses that group several parts.
  private String trimmed(int from, int to) {
    String part = text.substring(Math.min(from, to), to).strip();
    while (part.startsWith("(") && surplus(part) > 0) {
      part = part.substring(1).strip();
    }
    while (part.endsWith(")") && surplus(part) < 0) {
      part = part.substring(0, part.length() - 1).strip();
    }
    return part;
  }

  /// How many more parentheses are opened than closed, outside of quotes.
  private static int surplus(String part) {
    int open = 0;
    char quote = 0;
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      if (quote != 0) {
        if (c == '\\') {
          i++;
        } else if (c == quote) {
          quote = 0;
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == '(') {
        open++;
      } else if (c == ')') {
        open--;
      }
    }
    return open;
  }

  private String unparsed(CelExpr expr) {
    return CelUnparserFactory.newUnparser()
        .unparse(
            CelAbstractSyntaxTree.newCheckedAst(
                expr, ast.getSource(), ast.getReferenceMap(), ast.getTypeMap()));
  }
}
