package io.sallyport.admission;

import io.sallyport.async.Answer;
import io.sallyport.authentication.BackendIdentity;
import io.sallyport.limits.Limiter;
import io.sallyport.policy.Reason;

/// Decides whether a request may pass. The only issuer of [Permit]. Safe to share between threads.
public final class Admission {

  public Admission(AdmissionSettings settings, Limiter limiter, BackendIdentity backendIdentity) {}

  /// Decides whether a request may pass. Every request is asked the same questions in the same
  /// order: where to, who are you, may you, how much is left. The first "no" is the answer. An
  /// error in any step is a "no".
  ///
  /// Never throws. A pending answer ends by itself, with exactly one verdict and never in an error;
  /// it may end on another thread, and until then the request's head must not change.
  public Answer<Verdict> admit(Inbound inbound, Ruleset rules) {
    return new Answer.Ready<>(
        new Refusal(Reason.INTERNAL, "not supported yet", Considered.NOTHING));
  }
}
