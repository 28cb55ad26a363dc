package io.sallyport.bench;

import io.sallyport.admission.Admission;
import io.sallyport.admission.AdmissionSettings;
import io.sallyport.admission.Permit;
import io.sallyport.admission.Ruleset;
import io.sallyport.admission.Verdict;
import io.sallyport.async.Answer;
import io.sallyport.authentication.BearerTokens;
import io.sallyport.authentication.IdentitySigner;
import io.sallyport.authentication.TokenSettings;
import io.sallyport.limits.LocalLimiter;
import java.time.InstantSource;

/// Admission over the bench bundle, with everything real.
public final class Judged {
  final Ruleset rules;
  final Admission admission;

  public Judged(BenchBundle bench) {
    var unbounded =
        new TokenSettings(
            Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, _ -> true, 256 << 20);
    var tokens =
        new BearerTokens(
            unbounded,
            name -> {
              throw new IllegalArgumentException(name);
            });
    rules =
        switch (Ruleset.prepare(bench.bundle(), tokens)) {
          case Ruleset.Prepared(Ruleset ruleset) -> ruleset;
          case Ruleset.Unusable(var problems) ->
              throw new IllegalStateException(problems.toString());
        };
    admission =
        new Admission(
            AdmissionSettings.DEFAULT,
            new LocalLimiter(1, 1_000_000),
            new IdentitySigner("sallyport", InstantSource.system()));
  }

  public Permit permit(Asked asked) {
    Answer<Verdict> answer = admission.admit(asked, rules);
    if (answer instanceof Answer.Ready<Verdict> ready && ready.value() instanceof Permit permit) {
      return permit;
    }
    throw new IllegalStateException(answer.toString());
  }
}
