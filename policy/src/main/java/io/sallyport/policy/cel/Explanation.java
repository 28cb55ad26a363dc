package io.sallyport.policy.cel;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import io.sallyport.policy.AccessRequest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the parts of a condition came to for one request. Made when somebody asks; not fast.
final class Explanation {
  private static final Set<String> COMPARISONS =
      Set.of("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_");

  private final Program program;
  private final AccessRequest request;
  private final SourceParts parts;
  private final List<Term> terms = new ArrayList<>();

  Explanation(Program program, AccessRequest request) {
    this.program = program;
    this.request = request;
    this.parts = new SourceParts(program.ast());
    CelExpr whole = program.ast().getExpr();
    if (SourceParts.isJunction(whole)) {
      settle(whole);
    } else {
      alone(whole);
    }
  }

  List<Term> terms() {
    return terms;
  }

  /// A condition of one part: its own value is the rule's, which is known already; what it was
  /// computed from is worth a line.
  private void alone(CelExpr expr) {
    if (expr.getKind() != Kind.CALL) {
      if (expr.getKind() != Kind.SELECT || expr.select().testOnly()) {
        leaf(expr);
      }
      return;
    }
    expr.call()
        .target()
        .ifPresentOrElse(
            target -> terms.add(new Term(parts.text(target), shown(target))), () -> leaf(expr));
  }

  /// Goes through the parts in order. Returns what this one came to, as text.
  private String settle(CelExpr expr) {
    if (!SourceParts.isJunction(expr)) {
      return leaf(expr);
    }
    String settling = expr.call().function().equals("_||_") ? "true" : "false";
    String first = settle(expr.call().args().get(0));
    return first.equals(settling) ? first : settle(expr.call().args().get(1));
  }

  private String shown(CelExpr expr) {
    Program.Result result = program.evaluate(expr, request);
    return readsSecret(expr) ? verdict(result) : said(result);
  }

  private String leaf(CelExpr expr) {
    Program.Result result = program.evaluate(expr, request);
    terms.add(term(program, request, parts, expr, result));
    return said(result);
  }

  /// A part, what it came to, and what it was computed from.
  static Term term(
      Program program,
      AccessRequest request,
      SourceParts parts,
      CelExpr expr,
      Program.Result result) {
    return new Term(
        parts.text(expr),
        readsSecret(expr) ? verdict(result) : said(result) + operands(program, request, expr));
  }

  /// A part that computes with a secret is told by whether it held, and by nothing else.
  private static String verdict(Program.Result result) {
    return result instanceof Program.Value(Boolean held) ? String.valueOf(held) : Inputs.MASKED;
  }

  private static boolean readsSecret(CelExpr expr) {
    return switch (expr.getKind()) {
      case SELECT -> Inputs.isSecret(expr.select().field()) || readsSecret(expr.select().operand());
      case CALL ->
          Stream.concat(expr.call().target().stream(), expr.call().args().stream())
              .anyMatch(Explanation::readsSecret);
      case CONSTANT ->
          expr.constant().getKind() == CelConstant.Kind.STRING_VALUE
              && Inputs.isSecret(expr.constant().stringValue());
      case LIST -> expr.list().elements().stream().anyMatch(Explanation::readsSecret);
      case COMPREHENSION ->
          readsSecret(expr.comprehension().iterRange())
              || readsSecret(expr.comprehension().loopStep());
      default -> false;
    };
  }

  private static String operands(Program program, AccessRequest request, CelExpr expr) {
    if (expr.getKind() != Kind.CALL) {
      return "";
    }
    Stream<CelExpr> operands = expr.call().target().stream();
    if (COMPARISONS.contains(expr.call().function())) {
      operands = expr.call().args().stream();
    }
    String values =
        operands
            .filter(operand -> operand.getKind() != Kind.CONSTANT)
            .map(operand -> said(program.evaluate(operand, request)))
            .collect(Collectors.joining(", "));
    return values.isEmpty() ? "" : "   (" + values + ")";
  }

  private static String said(Program.Result result) {
    return switch (result) {
      case Program.Value(Object value) -> written(value);
      case Program.Failure(String why) -> "error: " + why;
    };
  }

  private static String written(Object value) {
    return switch (value) {
      case String text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
      case InetAddress address -> address.getHostAddress();
      case List<?> list ->
          list.stream().map(Explanation::written).collect(Collectors.joining(", ", "[", "]"));
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(entry -> written(entry.getKey()) + ": " + written(entry.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      default -> String.valueOf(value);
    };
  }
}
