package io.sallyport.policy.cel;

import com.google.common.collect.ImmutableList;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypes;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelMacro;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Compiles the expressions of one bundle. Made once per load; not needed afterwards. For one
/// thread at a time.
///
/// What an evaluation may cost is bounded: by the length of an expression, by the nodes of its
/// tree, and by how often all its comprehensions together may iterate. Regular expressions are
/// RE2's, linear in the text, and are written in the rule.
public final class CelExpressions {
  /// Characters of an expression's text.
  static final int LONGEST_TEXT = 8192;

  /// Nodes of an expression's tree.
  static final int MOST_NODES = 1000;

  /// Iterations of all comprehensions of one evaluation together.
  static final int MOST_ITERATIONS = 1000;

  private static final int DEEPEST_NESTING = 48;

  private static final CelOptions OPTIONS =
      CelOptions.current()
          .enableHeterogeneousNumericComparisons(true)
          // Without it an expression with a comprehension could not be written out again.
          .populateMacroCalls(true)
          .maxExpressionCodePointSize(LONGEST_TEXT)
          .maxParseRecursionDepth(DEEPEST_NESTING)
          .comprehensionMaxIterations(MOST_ITERATIONS)
          .build();

  private final Map<String, DataValue> data;
  private final Map<String, Object> ready;
  private final Vocabulary vocabulary;
  private final CelCompiler compiler;
  private final CelRuntime runtime;
  private final Map<Condition, Compilation<CelCondition>> conditions = new HashMap<>();

  /// What a condition is compiled from.
  private record Condition(String text, Set<String> pathVariables) {}

  /// @param data the values that expressions read as `data.NAME`
  public CelExpressions(Map<String, DataValue> data) {
    this.data = Map.copyOf(data);
    this.ready = Vocabulary.ready(data);
    this.vocabulary = new Vocabulary(data);
    this.compiler = compiler(vocabulary);
    this.runtime =
        CelRuntimeFactory.plannerRuntimeBuilder()
            .setOptions(OPTIONS)
            .setTypeProvider(vocabulary)
            .addFunctionBindings(Vocabulary.bindings())
            .build();
  }

  private static CelCompiler compiler(Vocabulary vocabulary) {
    CelCompilerBuilder builder =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setTypeProvider(vocabulary)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addMacros(
                CelMacro.newReceiverMacro(
                    "all",
                    1,
                    (factory, target, arguments) ->
                        Optional.of(factory.newReceiverCall(Vocabulary.ALL, target, arguments))))
            .addFunctionDeclarations(Vocabulary.functions());
    vocabulary.roots().forEach(builder::addVar);
    return builder.build();
  }

  /// Compiles a `when` that reads no `request.pathParameters`.
  public Compilation<CelCondition> condition(String text) {
    return condition(text, Set.of());
  }

  /// Compiles a `when`: an expression of type bool. The same text is compiled once: a thousand
  /// policies that ask for the same scope share one program, which stays in the processor's cache.
  ///
  /// @param pathVariables the variables that every route of its policy has
  public Compilation<CelCondition> condition(String text, Set<String> pathVariables) {
    return conditions.computeIfAbsent(
        new Condition(text, Set.copyOf(pathVariables)),
        written ->
            compile(written.text(), written.pathVariables(), SimpleType.BOOL, CelCondition::new));
  }

  /// Compiles a limit's `key`: an expression of type string.
  public Compilation<CelKey> key(String text) {
    return compile(text, Set.of(), SimpleType.STRING, CelKey::new);
  }

  /// Reads what the expressions of this bundle read.
  public Inputs inputs() {
    return new Inputs(data);
  }

  private <T> Compilation<T> compile(
      String text, Set<String> pathVariables, CelType wanted, Function<Program, T> made) {
    try {
      CelValidationResult parsed = compiler.parse(text);
      if (parsed.hasError()) {
        return faulty(
            parsed.getErrors(),
            issue ->
                new Fault(
                    Math.max(1, issue.getSourceLocation().getLine()),
                    Math.max(0, issue.getSourceLocation().getColumn()),
                    CheckedMessages.parsing(issue)));
      }
      CelValidationResult checked = compiler.check(parsed.getAst());
      if (checked.hasError()) {
        return faulty(checked.getErrors(), new CheckedMessages(vocabulary, parsed.getAst())::fault);
      }
      return compile(checked.getAst(), pathVariables, wanted, made);
    } catch (CelValidationException | CelEvaluationException e) {
      return new Compilation.Faulty<>(List.of(new Fault(1, 0, String.valueOf(e.getMessage()))));
    }
  }

  private <T> Compilation<T> compile(
      CelAbstractSyntaxTree ast,
      Set<String> pathVariables,
      CelType wanted,
      Function<Program, T> made)
      throws CelEvaluationException {
    Reading reading = new Reading(ast, vocabulary, pathVariables);
    if (!reading.faults().isEmpty()) {
      return new Compilation.Faulty<>(reading.faults());
    }
    if (!ast.getResultType().equals(wanted)) {
      String type = CelTypes.format(ast.getResultType());
      return new Compilation.Faulty<>(
          List.of(
              new Fault(1, 0, "must be of type " + CelTypes.format(wanted) + ", but is " + type)));
    }
    List<Fault> failing = new Literals(ast, runtime).faults();
    if (!failing.isEmpty()) {
      return new Compilation.Faulty<>(failing);
    }
    return new Compilation.Compiled<>(
        made.apply(new Program(ast, runtime.createProgram(ast), runtime, reading.inputs(), ready)));
  }

  private static <T> Compilation<T> faulty(
      ImmutableList<CelIssue> issues, Function<CelIssue, Fault> said) {
    return new Compilation.Faulty<>(issues.stream().map(said).toList());
  }

  /// Every name that an expression may read, as a table in Markdown; `data.x` is besides them.
  public static String namesTable() {
    var rows = new StringBuilder("| name | type | there | meaning |\n| --- | --- | --- | --- |\n");
    for (Vocabulary.Name name : Vocabulary.NAMES) {
      rows.append(
          "| `%s.%s` | %s | %s | %s |\n"
              .formatted(
                  name.root(),
                  name.field(),
                  Vocabulary.written(name.type()),
                  name.always() ? "always" : "ask with `has()`",
                  name.meaning()));
    }
    return rows.toString();
  }
}
