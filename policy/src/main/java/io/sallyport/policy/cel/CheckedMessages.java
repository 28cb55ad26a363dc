package io.sallyport.policy.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Says what CEL found wrong in words for the author of a rule: at the name itself, and with the
/// name that was probably meant.
final class CheckedMessages {
  private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '(.+?)'.*");
  private static final Pattern UNDEFINED = Pattern.compile("undefined field '(.+?)'.*");
  private static final Pattern OVERLOAD =
      Pattern.compile("found no matching overload for '(.+?)' applied to '(.*?)' \\(cand.*");

  /// Functions that a rule may call, for suggestions; operators are not among them.
  private static final Set<String> FUNCTIONS =
      new TreeSet<>(
          Set.of(
              "within",
              "all",
              "has",
              "exists",
              "exists_one",
              "filter",
              "map",
              "size",
              "contains",
              "startsWith",
              "endsWith",
              "matches",
              "int",
              "uint",
              "double",
              "string",
              "bool",
              "bytes",
              "type",
              "duration",
              "timestamp",
              "getFullYear",
              "getMonth",
              "getDayOfYear",
              "getDayOfMonth",
              "getDate",
              "getDayOfWeek",
              "getHours",
              "getMinutes",
              "getSeconds",
              "getMilliseconds"));

  private final Vocabulary vocabulary;
  private final CelAbstractSyntaxTree parsed;
  private final Positions positions;

  CheckedMessages(Vocabulary vocabulary, CelAbstractSyntaxTree parsed) {
    this.vocabulary = vocabulary;
    this.parsed = parsed;
    this.positions = new Positions(parsed.getSource());
  }

  Fault fault(CelIssue issue) {
    int offset = positions.offset(issue.getSourceLocation());
    Matcher undeclared = UNDECLARED.matcher(issue.getMessage());
    if (undeclared.matches()) {
      String name = undeclared.group(1);
      boolean function = isCall(issue.getExprId());
      Collection<String> known = function ? FUNCTIONS : vocabulary.roots().keySet();
      return named(offset, "undeclared reference to '" + name + "'", name, known);
    }
    Matcher undefined = UNDEFINED.matcher(issue.getMessage());
    if (undefined.matches()) {
      String name = undefined.group(1);
      String root = rootOf(issue.getExprId());
      String what = root.equals("data") ? "no value of data is named '" : "undefined field '";
      return named(offset, what + name + "'", name, vocabulary.fields(root));
    }
    Matcher overload = OVERLOAD.matcher(issue.getMessage());
    if (overload.matches()) {
      String function = overload.group(1).replace("_", "").replace("@", "");
      String types = overload.group(2).replace("google.protobuf.", "").replace("sallyport.", "");
      return positions.fault(
          positions.offsetOfName(offset, function),
          "'" + function + "' cannot be applied to " + types);
    }
    return positions.fault(offset, issue.getMessage());
  }

  private Fault named(int offset, String message, String name, Collection<String> known) {
    return positions.fault(
        positions.offsetOfName(offset, name), Suggestion.named(message, name, known));
  }

  private boolean isCall(long id) {
    return find(id).filter(expr -> expr.getKind() == CelExpr.ExprKind.Kind.CALL).isPresent();
  }

  private String rootOf(long select) {
    return find(select)
        .filter(expr -> expr.getKind() == CelExpr.ExprKind.Kind.SELECT)
        .map(expr -> expr.select().operand())
        .filter(operand -> operand.getKind() == CelExpr.ExprKind.Kind.IDENT)
        .map(operand -> operand.ident().name())
        .orElse("");
  }

  private Optional<CelExpr> find(long id) {
    return CelNavigableAst.fromAst(parsed)
        .getRoot()
        .allNodes()
        .map(CelNavigableExpr::expr)
        .filter(expr -> expr.id() == id)
        .findFirst();
  }

  /// What a parser says, without the list of everything it would have liked better.
  static String parsing(CelIssue issue) {
    String message = issue.getMessage();
    if (message.startsWith("mismatched input '<EOF>'")) {
      return "something is missing at the end";
    }
    if (message.startsWith("token recognition error at: '=")) {
      return "'=' is not an operator; did you mean '=='?";
    }
    if (message.equals("invalid argument to has() macro")) {
      return "has() takes a field, as in has(request.headers.accept); other names are asked with"
          + " 'x-y' in request.headers";
    }
    int expecting = message.indexOf(" expecting ");
    return expecting < 0 ? message : message.substring(0, expecting);
  }
}
