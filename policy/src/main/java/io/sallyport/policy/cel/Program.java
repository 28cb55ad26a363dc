package io.sallyport.policy.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.parser.CelUnparserFactory;
import dev.cel.runtime.CelAttributePattern;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.PartialVars;
import io.sallyport.policy.AccessRequest;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A compiled expression. Immutable, safe to share between threads.
///
/// @param inputs the variables that it reads
/// @param data the bundle's values, ready to compute with
record Program(
    CelAbstractSyntaxTree ast,
    CelRuntime.Program compiled,
    CelRuntime runtime,
    Set<String> inputs,
    Map<String, Object> data) {

  private static final PartialVars EVERYTHING_UNKNOWN =
      PartialVars.of(
          (String _) -> Optional.empty(),
          Vocabulary.ROOTS.stream().map(CelAttributePattern::create).toList());

  Program {
    inputs = Set.copyOf(inputs);
  }

  /// What came of an evaluation. Never an exception.
  sealed interface Result {}

  record Value(Object value) implements Result {}

  /// @param why names variables and kinds of errors, never values
  record Failure(String why) implements Result {}

  Result evaluate(AccessRequest request) {
    return evaluate(compiled, request);
  }

  /// Evaluates a part of this expression, for explanations.
  Result evaluate(CelExpr part, AccessRequest request) {
    try {
      CelAbstractSyntaxTree tree =
          CelAbstractSyntaxTree.newCheckedAst(
              part, ast.getSource(), ast.getReferenceMap(), ast.getTypeMap());
      return evaluate(runtime.createProgram(tree), request);
    } catch (CelEvaluationException e) {
      return new Failure(why(e));
    }
  }

  /// What was understood, written out.
  String text() {
    return CelUnparserFactory.newUnparser().unparse(ast);
  }

  /// The value that it has whatever is asked, if it has one.
  Optional<Boolean> constant() {
    try {
      Object value = compiled.eval(EVERYTHING_UNKNOWN);
      return value instanceof Boolean constant ? Optional.of(constant) : Optional.empty();
    } catch (CelEvaluationException e) {
      return Optional.empty();
    }
  }

  private Result evaluate(CelRuntime.Program program, AccessRequest request) {
    try {
      return new Value(program.eval(new Variables(request, data)));
    } catch (CelEvaluationException e) {
      return new Failure(why(e));
    } catch (RuntimeException e) {
      // Whatever cel-java or a view of the request got wrong, a rule without a value is an error.
      return new Failure(
          e instanceof Unreadable unreadable ? unreadable.why() : "it could not be evaluated");
    }
  }

  /// cel-java's own messages may repeat values of the request; kinds of errors do not.
  static String why(CelEvaluationException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Unreadable unreadable) {
        return unreadable.why();
      }
    }
    return switch (failure.getErrorCode()) {
      case ATTRIBUTE_NOT_FOUND -> "a field or key is absent";
      case INDEX_OUT_OF_BOUNDS -> "an index is out of bounds";
      case DIVIDE_BY_ZERO -> "a division by zero";
      case DUPLICATE_ATTRIBUTE -> "a key comes twice";
      case INVALID_ARGUMENT -> "a function cannot take its argument";
      case OVERLOAD_NOT_FOUND, AMBIGUOUS_OVERLOAD ->
          "a function cannot take an argument of this type";
      case TYPE_NOT_FOUND -> "an unknown type";
      case NUMERIC_OVERFLOW -> "a number is too large";
      case ITERATION_BUDGET_EXCEEDED -> "more iterations than a rule may take";
      case BAD_FORMAT -> "a text is not in the format that a function needs";
      case INTERNAL_ERROR -> "it could not be evaluated";
    };
  }
}
