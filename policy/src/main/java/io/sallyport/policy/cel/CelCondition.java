package io.sallyport.policy.cel;

import io.sallyport.policy.AccessRequest;
import io.sallyport.policy.Condition;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A `when` written in CEL.
public final class CelCondition implements Condition {
  private final Program program;

  CelCondition(Program program) {
    this.program = program;
  }

  @Override
  public Outcome test(AccessRequest request) {
    return switch (program.evaluate(request)) {
      case Program.Value(Boolean holds) -> holds ? Outcome.HOLDS : Outcome.FAILS;
      case Program.Value _ -> new Outcome.Failed("it is neither true nor false");
      case Program.Failure(String why) -> new Outcome.Failed(why);
    };
  }

  @Override
  public Set<String> inputs() {
    return program.inputs();
  }

  /// The value that it has whatever is asked: a rule that always or never matches. Values of `data`
  /// are not constants: a flag is there to be switched.
  public Optional<Boolean> constant() {
    return program.constant();
  }

  /// The expression as it would be written out of what was understood: spaces, line breaks and
  /// needless brackets make no difference.
  public String text() {
    return program.text();
  }

  /// The fewest of its parts that would have to come out otherwise for it to come to this; empty
  /// when it does already.
  public List<Term> turning(AccessRequest request, boolean wanted) {
    return new Turning(program, request).to(wanted);
  }

  /// What its parts come to for this request, in the order they are written, up to the one that
  /// settles it.
  public List<Term> explain(AccessRequest request) {
    return new Explanation(program, request).terms();
  }
}
