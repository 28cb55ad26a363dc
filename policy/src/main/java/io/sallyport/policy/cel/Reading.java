package io.sallyport.policy.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelExpr.CelSelect;
import dev.cel.common.types.SimpleType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Walks a checked expression for what CEL's types do not say: which variables it reads, and that
/// it reads them by names known now. A rule whose header name depends on the request could read any
/// header, and no audit record could say beforehand which.
final class Reading {
  private static final Set<String> REPEATABLE = Set.of("request.query", "request.headers");
  private static final Set<String> BY_NAME =
      Set.of("request.query", "request.headers", "request.pathParameters", "caller.claims");

  private static final Set<String> LOGICAL = Set.of("_&&_", "_||_", "!_", "_?_:_");

  private final CelAbstractSyntaxTree ast;
  private final Vocabulary vocabulary;
  private final Set<String> pathVariables;
  private final Positions positions;
  private final Set<String> inputs = new TreeSet<>();
  private final List<Fault> faults = new ArrayList<>();
  private int nodes;

  Reading(CelAbstractSyntaxTree ast, Vocabulary vocabulary, Set<String> pathVariables) {
    this.ast = ast;
    this.vocabulary = vocabulary;
    this.pathVariables = pathVariables;
    this.positions = new Positions(ast.getSource());
    walk(ast.getExpr());
  }

  /// The variables that it reads.
  Set<String> inputs() {
    return inputs;
  }

  List<Fault> faults() {
    return faults;
  }

  private void walk(CelExpr expr) {
    nodes++;
    if (nodes == CelExpressions.MOST_NODES) {
      fault(expr, "an expression has at most " + CelExpressions.MOST_NODES + " parts");
    }
    switch (expr.getKind()) {
      case IDENT -> {
        if (vocabulary.roots().containsKey(expr.ident().name())) {
          fault(expr, "'" + expr.ident().name() + "' is not a value; name one of its fields");
        }
      }
      case SELECT -> select(expr, expr.select());
      case CALL -> call(expr.call());
      case LIST -> expr.list().elements().forEach(this::walk);
      case MAP ->
          expr.map()
              .entries()
              .forEach(
                  entry -> {
                    walk(entry.key());
                    walk(entry.value());
                  });
      case STRUCT -> fault(expr, "a message cannot be made here");
      case COMPREHENSION -> comprehension(expr.comprehension());
      case CONSTANT, NOT_SET -> {}
    }
  }

  private void select(CelExpr expr, CelSelect select) {
    String variable = variable(expr);
    if (variable != null) {
      readWhole(expr, variable);
      return;
    }
    String map = variable(select.operand());
    if (map != null && BY_NAME.contains(map)) {
      readNamed(expr, map, select.field());
    } else {
      walk(select.operand());
    }
  }

  private void call(CelCall call) {
    Optional<CelExpr> map =
        switch (call.function()) {
          case "_[_]" -> Optional.of(call.args().get(0));
          case "@in" -> Optional.of(call.args().get(1));
          case Vocabulary.ALL -> call.target();
          default -> Optional.empty();
        };
    String variable = map.map(this::variable).orElse(null);
    boolean all = call.function().equals(Vocabulary.ALL);
    if (variable != null && (all ? REPEATABLE : BY_NAME).contains(variable)) {
      CelExpr name = call.function().equals("_[_]") ? call.args().get(1) : call.args().get(0);
      lookUp(variable, name);
      return;
    }
    if (all) {
      fault(map.get(), "all('name') is for request.query and request.headers");
    }
    if (call.function().equals("matches")) {
      CelExpr pattern = call.args().getLast();
      if (literal(pattern) == null) {
        fault(pattern, "a regular expression must be written in the rule itself");
      }
    }
    if (LOGICAL.contains(call.function())) {
      logical(call);
    }
    call.target().ifPresent(this::walk);
    call.args().forEach(this::walk);
  }

  /// CEL takes anything of unknown type for a truth value; cel-java even takes a text for false.
  private void logical(CelCall call) {
    List<CelExpr> operands =
        call.function().equals("_?_:_") ? call.args().subList(0, 1) : call.args();
    for (CelExpr operand : operands) {
      if (ast.getType(operand.id()).filter(SimpleType.DYN::equals).isPresent()) {
        fault(operand, "neither true nor false as it stands; compare it, as in '… == true'");
      }
    }
  }

  private void lookUp(String variable, CelExpr name) {
    String literal = literal(name);
    if (literal == null) {
      fault(name, "the name must be written as text: " + variable + "['name']");
    } else {
      readNamed(name, variable, literal);
    }
  }

  private void comprehension(CelComprehension comprehension) {
    for (String name : List.of(comprehension.iterVar(), comprehension.iterVar2())) {
      if (vocabulary.roots().containsKey(name)) {
        fault(comprehension.iterRange(), "'" + name + "' is taken; choose another name");
      }
    }
    walk(comprehension.iterRange());
    walk(comprehension.accuInit());
    walk(comprehension.loopCondition());
    walk(comprehension.loopStep());
    walk(comprehension.result());
  }

  private void readWhole(CelExpr expr, String variable) {
    if (BY_NAME.contains(variable)) {
      fault(expr, variable + " can only be asked for a name, as in " + variable + ".x");
    } else {
      inputs.add(variable);
    }
  }

  private void readNamed(CelExpr at, String variable, String name) {
    switch (variable) {
      case "request.headers" -> {
        if (!name.equals(name.toLowerCase(Locale.ROOT))) {
          fault(
              at,
              "header names are written in lower case: '" + name.toLowerCase(Locale.ROOT) + "'");
        } else if (Variables.CREDENTIAL_FIELDS.contains(name)) {
          fault(at, "'" + name + "' carries credentials, which no rule may read");
        }
      }
      case "request.pathParameters" -> {
        if (!pathVariables.contains(name)) {
          fault(
              at,
              Suggestion.named(
                  "not every route of this policy has a path variable '" + name + "'",
                  name,
                  pathVariables));
        }
      }
      default -> {}
    }
    inputs.add(variable + '.' + name);
  }

  /// The variable that this is, such as `request.query`: a field of a root; null when it is not.
  private @Nullable String variable(CelExpr expr) {
    if (expr.getKind() != CelExpr.ExprKind.Kind.SELECT
        || expr.select().operand().getKind() != CelExpr.ExprKind.Kind.IDENT) {
      return null;
    }
    String root = expr.select().operand().ident().name();
    return vocabulary.roots().containsKey(root) ? root + '.' + expr.select().field() : null;
  }

  private static @Nullable String literal(CelExpr expr) {
    return expr.getKind() == CelExpr.ExprKind.Kind.CONSTANT
            && expr.constant().getKind() == CelConstant.Kind.STRING_VALUE
        ? expr.constant().stringValue()
        : null;
  }

  private void fault(CelExpr at, String message) {
    String name = at.getKind() == CelExpr.ExprKind.Kind.SELECT ? at.select().field() : "";
    faults.add(positions.fault(positions.offsetOfName(positions.offset(at), name), message));
  }
}
