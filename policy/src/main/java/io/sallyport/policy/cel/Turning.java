package io.sallyport.policy.cel;

import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import io.sallyport.policy.AccessRequest;
import java.util.ArrayList;
import java.util.List;

/// The fewest parts of a condition that would have to come out otherwise for the whole to. Made
/// when somebody asks; not fast.
final class Turning {
  private final Program program;
  private final AccessRequest request;
  private final SourceParts parts;

  Turning(Program program, AccessRequest request) {
    this.program = program;
    this.request = request;
    this.parts = new SourceParts(program.ast());
  }

  /// Empty when it comes to that already.
  ///
  /// @param wanted what the condition is to come to
  List<Term> to(boolean wanted) {
    return needed(program.ast().getExpr(), wanted);
  }

  private List<Term> needed(CelExpr expr, boolean wanted) {
    if (SourceParts.isJunction(expr)) {
      boolean all = expr.call().function().equals("_&&_") == wanted;
      List<Term> first = needed(expr.call().args().get(0), wanted);
      List<Term> second = needed(expr.call().args().get(1), wanted);
      if (!all) {
        return first.size() <= second.size() ? first : second;
      }
      List<Term> both = new ArrayList<>(first);
      both.addAll(second);
      return both;
    }
    if (expr.getKind() == Kind.CALL && expr.call().function().equals("!_")) {
      CelExpr inner = expr.call().args().getFirst();
      if (SourceParts.isJunction(inner)) {
        return needed(inner, !wanted);
      }
    }
    Program.Result result = program.evaluate(expr, request);
    boolean so = result instanceof Program.Value(Object value) && value.equals(wanted);
    return so ? List.of() : List.of(Explanation.term(program, request, parts, expr, result));
  }
}
