package io.sallyport.policy.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Finds calls of literals that can only fail, such as a malformed timestamp or a division by zero:
/// a rule that could never be evaluated. A regular expression is tried on an empty text.
final class Literals {
  private final CelAbstractSyntaxTree ast;
  private final CelRuntime runtime;

  Literals(CelAbstractSyntaxTree ast, CelRuntime runtime) {
    this.ast = ast;
    this.runtime = runtime;
  }

  List<Fault> faults() {
    Positions positions = new Positions(ast.getSource());
    List<Fault> faults = new ArrayList<>();
    for (CelExpr expr : calls()) {
      CelCall call = expr.call();
      try {
        runtime.createProgram(tree(onEmptyText(expr))).eval();
      } catch (CelEvaluationException e) {
        String name = call.function().replace("_", "");
        faults.add(
            positions.fault(
                positions.offsetOfName(positions.offset(expr), name),
                "'" + name + "' can never be evaluated: " + Program.why(e)));
      }
    }
    return faults;
  }

  private List<CelExpr> calls() {
    return CelNavigableAst.fromAst(ast)
        .getRoot()
        .allNodes()
        .map(CelNavigableExpr::expr)
        .filter(expr -> expr.getKind() == Kind.CALL)
        .filter(expr -> operands(expr.call()).allMatch(Literals::isLiteral))
        .toList();
  }

  private static Stream<CelExpr> operands(CelCall call) {
    Stream<CelExpr> target =
        call.function().equals("matches") ? Stream.empty() : call.target().stream();
    return Stream.concat(target, call.args().stream());
  }

  private static boolean isLiteral(CelExpr expr) {
    return expr.getKind() == Kind.CONSTANT;
  }

  private static CelExpr onEmptyText(CelExpr expr) {
    CelCall call = expr.call();
    if (!call.function().equals("matches") || call.target().isEmpty()) {
      return expr;
    }
    CelExpr empty = CelExpr.ofConstant(call.target().get().id(), CelConstant.ofValue(""));
    return expr.toBuilder().setCall(call.toBuilder().setTarget(empty).build()).build();
  }

  private CelAbstractSyntaxTree tree(CelExpr expr) {
    return CelAbstractSyntaxTree.newCheckedAst(
        expr, ast.getSource(), ast.getReferenceMap(), ast.getTypeMap());
  }
}
