package io.sallyport.admission;

import io.sallyport.async.Answer;
import io.sallyport.authentication.Authentication;
import io.sallyport.authentication.Authentication.Authenticated;
import io.sallyport.authentication.Authentication.Rejected;
import io.sallyport.authentication.BackendIdentity;
import io.sallyport.bundle.Bundle;
import io.sallyport.bundle.Limit;
import io.sallyport.bundle.Route;
import io.sallyport.identity.Caller;
import io.sallyport.limits.Allowance.Exhausted;
import io.sallyport.limits.Allowance.Granted;
import io.sallyport.limits.Allowance.Unavailable;
import io.sallyport.limits.Limiter;
import io.sallyport.limits.Limiter.Take;
import io.sallyport.policy.Decision;
import io.sallyport.policy.Decision.Allowed;
import io.sallyport.policy.Decision.Denied;
import io.sallyport.policy.ForwardedIdentity;
import io.sallyport.policy.Reason;
import io.sallyport.policy.Vouching;
import io.sallyport.routing.RequestTarget;
import io.sallyport.routing.RouteMatch.Found;
import io.sallyport.routing.RouteMatch.MethodNotAllowed;
import io.sallyport.routing.RouteMatch.NoRoute;
import io.sallyport.routing.RouteMatch.UnknownHost;
import io.sallyport.routing.RouteMatch.UpgradeRequired;
import io.sallyport.routing.TargetReader;
import io.sallyport.routing.TargetReading.Ambiguous;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/// Decides whether a request may pass. The only issuer of [Permit]. Safe to share between threads.
public final class Admission {
  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

  private final AdmissionSettings settings;
  private final Limiter limiter;
  private final BackendIdentity backendIdentity;
  private final Supplier<Optional<Bundle>> candidate;

  public Admission(AdmissionSettings settings, Limiter limiter, BackendIdentity backendIdentity) {
    this(settings, limiter, backendIdentity, Optional::empty);
  }

  /// @param candidate a bundle that is asked beside the one in force, and decides nothing
  public Admission(
      AdmissionSettings settings,
      Limiter limiter,
      BackendIdentity backendIdentity,
      Supplier<Optional<Bundle>> candidate) {
    this.candidate = candidate;
    this.settings = settings;
    this.limiter = limiter;
    this.backendIdentity = backendIdentity;
  }

  /// Decides whether a request may pass. Every request is asked the same questions in the same
  /// order: where to, who are you, may you, how much is left. The first "no" is the answer. An
  /// error in any step is a "no".
  ///
  /// Never throws. A pending answer ends by itself within the settings' bounds, with exactly one
  /// verdict and never in an error. It may end on another thread; until then the request's head
  /// must not change.
  public Answer<Verdict> admit(Inbound inbound, Ruleset rules) {
    Inquiry inquiry = new Inquiry(inbound, rules);
    try {
      return switch (whereTo(inquiry)) {
        case Answer.Ready<Verdict> ready -> ready;
        case Answer.Pending<Verdict>(Mono<Verdict> verdict) ->
            new Answer.Pending<>(
                verdict
                    .switchIfEmpty(
                        Mono.fromSupplier(() -> broken(inquiry, "a step answered nothing")))
                    .onErrorResume(error -> Mono.just(broken(inquiry, error))));
      };
    } catch (Throwable error) { // Whatever it is, it must not let anybody pass.
      return new Answer.Ready<>(broken(inquiry, error));
    }
  }

  private Answer<Verdict> whereTo(Inquiry inquiry) {
    Inbound inbound = inquiry.inbound();
    switch (TargetReader.read(inbound.method(), inbound.authority(), inbound.target())) {
      case Ambiguous(String why) -> {
        return inquiry.refused(Reason.AMBIGUOUS_TARGET, why);
      }
      case RequestTarget target -> inquiry.understood(target);
    }
    String host = inquiry.target().host();
    if (!inbound.connection().certifiedFor(host)) {
      return inquiry.refused(Reason.UNKNOWN_HOST, "the connection is certified for another host");
    }
    return switch (inquiry.bundle().routes().lookup(inquiry.target(), inbound.asksForWebSocket())) {
      case UnknownHost<Route> _ ->
          inquiry.refused(Reason.UNKNOWN_HOST, "no route is for this host");
      case NoRoute<Route> _ ->
          whoAreYou(
              inquiry, inquiry.anyIdentity(), _ -> inquiry.refused(Reason.NO_ROUTE, "no route"));
      case MethodNotAllowed<Route>(Set<String> allowed) ->
          whoAreYou(inquiry, inquiry.anyIdentity(), _ -> inquiry.methodNotAllowed(allowed));
      case UpgradeRequired<Route> _ ->
          whoAreYou(
              inquiry,
              inquiry.anyIdentity(),
              _ -> inquiry.refused(Reason.UPGRADE_REQUIRED, "for WebSockets only"));
      case Found<Route>(Route route, Map<String, String> variables) -> {
        inquiry.routed(route, variables);
        if (inquiry.isOutOfService()) {
          yield inquiry.refused(
              Reason.ROUTE_OUT_OF_SERVICE, "it did not answer the gateway's own probes as it must");
        }
        yield whoAreYou(inquiry, route.policy().authenticate(), this::mayYou);
      }
    };
  }

  private Answer<Verdict> whoAreYou(
      Inquiry inquiry, @Nullable Vouching vouching, Function<Inquiry, Answer<Verdict>> next) {
    if (vouching == null) {
      return inquiry.refused(Reason.NO_CREDENTIAL, "nobody may vouch for anybody");
    }
    Answer<Authentication> answer =
        inquiry.authenticator().authenticate(vouching, inquiry.presented());
    return within(settings.keys(), answer, new Rejected(Reason.KEYS_UNAVAILABLE, "no keys in time"))
        .then(
            authentication ->
                switch (authentication) {
                  case Rejected(Reason reason, String detail) -> inquiry.refused(reason, detail);
                  case Authenticated(Caller caller) -> {
                    inquiry.proved(caller);
                    askBeside(inquiry);
                    yield next.apply(inquiry);
                  }
                });
  }

  /// Whatever goes wrong here, nobody is refused or let in for it.
  private void askBeside(Inquiry inquiry) {
    try {
      inquiry.askBeside(candidate.get());
    } catch (Throwable e) {
      LOG.warn("what decides nothing could not be asked: {}", e.getClass().getName());
      LOG.debug("what decides nothing could not be asked", e);
    }
  }

  private Answer<Verdict> mayYou(Inquiry inquiry) {
    inquiry.readInputs();
    Decision decision = inquiry.policy().decide(inquiry);
    inquiry.decided(decision);
    return switch (decision) {
      case Denied(Reason reason, String _, String detail) -> inquiry.refused(reason, detail);
      case Allowed _ ->
          switch (inquiry.inbound().purpose()) {
            case ENTRY -> howMuchIsLeft(inquiry);
            case STAY, PROBE -> new Answer.Ready<>(inquiry.permitted(Granted.UNLIMITED, null));
          };
    };
  }

  private Answer<Verdict> howMuchIsLeft(Inquiry inquiry) {
    List<Limit> limits = inquiry.limits();
    if (limits.isEmpty()) {
      return permit(inquiry, Granted.UNLIMITED);
    }
    List<Take> takes = new ArrayList<>(limits.size());
    for (Limit limit : limits) {
      String key = limit.key().evaluate(inquiry);
      if (key == null || key.isEmpty()) {
        return inquiry.refused(
            Reason.LIMITS_UNAVAILABLE, "the key of limit " + limit.id() + " has no value");
      }
      takes.add(new Take(limit, key));
    }
    return within(
            settings.limits(),
            limiter.take(takes),
            new Unavailable(limits.getFirst(), "no answer in time"))
        .then(
            allowance ->
                switch (allowance) {
                  case Granted granted -> permit(inquiry, granted);
                  case Exhausted exhausted -> inquiry.exhausted(exhausted);
                  case Unavailable(Limit limit, String why) ->
                      inquiry.refused(Reason.LIMITS_UNAVAILABLE, limit.id() + ": " + why);
                });
  }

  private Answer<Verdict> permit(Inquiry inquiry, Granted allowance) {
    return new Answer.Ready<>(inquiry.permitted(allowance, identityToken(inquiry)));
  }

  /// What the backend is told of the caller. Nothing is told of nobody: without a token the backend
  /// knows that the caller is anonymous.
  private @Nullable String identityToken(Inquiry inquiry) {
    ForwardedIdentity told = inquiry.policy().forward();
    return told != null && inquiry.caller() instanceof Caller.Identified who
        ? Objects.requireNonNull(backendIdentity.token(who, told), "identity token")
        : null;
  }

  private static <T> Answer<T> within(Duration longest, Answer<T> answer, T silence) {
    return switch (answer) {
      case Answer.Ready<T> ready -> ready;
      case Answer.Pending<T>(Mono<T> value) ->
          new Answer.Pending<>(value.timeout(longest, Mono.just(silence)));
    };
  }

  private static Refusal broken(Inquiry inquiry, Throwable error) {
    // No message: nobody knows what it quotes.
    StackTraceElement[] trace = error.getStackTrace();
    String what = error.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
    LOG.error("admission failed, the request is refused: {}", what);
    LOG.debug("admission failed", error);
    return broken(inquiry, what);
  }

  private static Refusal broken(Inquiry inquiry, String what) {
    return new Refusal(Reason.INTERNAL, what, inquiry.considered());
  }
}
