package io.sallyport.admission;

import io.sallyport.async.Answer;
import io.sallyport.authentication.Authentication;
import io.sallyport.authentication.Authentication.Authenticated;
import io.sallyport.authentication.Authentication.Rejected;
import io.sallyport.authentication.Authenticator.Presented;
import io.sallyport.authentication.BackendIdentity;
import io.sallyport.bundle.Route;
import io.sallyport.identity.Caller;
import io.sallyport.limits.Allowance;
import io.sallyport.limits.Limiter;
import io.sallyport.policy.Decision;
import io.sallyport.policy.ForwardedIdentity;
import io.sallyport.policy.Reason;
import io.sallyport.policy.Vouching;
import io.sallyport.routing.RequestTarget;
import io.sallyport.routing.RouteMatch;
import io.sallyport.routing.TargetReader;
import io.sallyport.routing.TargetReading;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides whether a request may pass. The only issuer of [Permit]. Safe to share between threads.
public final class Admission {
  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

  private final Recognition recognition;
  private final Rationing rationing;
  private final BackendIdentity backendIdentity;

  public Admission(AdmissionSettings settings, Limiter limiter, BackendIdentity backendIdentity) {
    this.recognition = new Recognition(settings.keys());
    this.rationing = new Rationing(limiter, settings.limits());
    this.backendIdentity = backendIdentity;
  }
}
