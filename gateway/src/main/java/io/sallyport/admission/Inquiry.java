package io.sallyport.admission;

import io.sallyport.async.Answer;
import io.sallyport.authentication.Authenticator;
import io.sallyport.authentication.Authenticator.Presented;
import io.sallyport.bundle.Bundle;
import io.sallyport.bundle.Limit;
import io.sallyport.bundle.Route;
import io.sallyport.identity.Caller;
import io.sallyport.limits.Allowance;
import io.sallyport.policy.AccessRequest;
import io.sallyport.policy.Decision;
import io.sallyport.policy.HeaderFields;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Reason;
import io.sallyport.policy.Tls;
import io.sallyport.policy.Vouching;
import io.sallyport.routing.RequestTarget;
import java.net.InetAddress;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One request on its way through admission: what has been found out so far, and the question that
/// its policy is asked. Used by one thread at a time; every step adds to it, so that a refusal can
/// tell how far the request came.
final class Inquiry implements AccessRequest {
  private final Inbound inbound;
  private final Ruleset rules;
  private @Nullable RequestTarget target;
  private @Nullable Route route;
  private @Nullable Caller caller;
  private Map<String, String> variables = Map.of();
  private Map<String, @Nullable Object> inputs = Map.of();
  private Map<String, Decision> shadows = Map.of();
  private Map<String, String> outcomes = Map.of();
  private @Nullable Decision decision;

  Inquiry(Inbound inbound, Ruleset rules) {
    this.inbound = inbound;
    this.rules = rules;
  }

  void understood(RequestTarget understood) {
    target = understood;
  }

  void routed(Route found, Map<String, String> matched) {
    route = found;
    variables = matched;
  }

  void proved(Caller who) {
    caller = Objects.requireNonNull(who, "caller");
  }

  void decided(Decision answer) {
    decision = answer;
  }

  /// Reads what the route's rules read, for the audit record. It is read now because the head
  /// belongs to the wire and may be edited for the backend once the verdict is given.
  void readInputs() {
    List<String> names = routed().inputs();
    if (names.isEmpty()) {
      return;
    }
    Map<String, @Nullable Object> read = HashMap.newHashMap(names.size());
    for (String name : names) {
      // An absent one is recorded too: who judges the record later must know that it was looked
      // for.
      read.put(name, bundle().inputs().read(name, this));
    }
    inputs = read;
  }

  /// Asks the policies that shadow the route's, a bundle that is a candidate, and what came of the
  /// rules where records are full: for the record only. Nobody asks on behalf of a probe.
  void askBeside(Optional<Bundle> candidate) {
    if (inbound.purpose() == Inbound.Purpose.PROBE) {
      return;
    }
    if (route != null) {
      shadows = policy().decideBeside(this);
      outcomes = policy().outcomes(this);
    }
    if (candidate.isPresent()) {
      Map<String, Decision> both = new LinkedHashMap<>(shadows);
      both.putAll(candidate.get().decideAsCandidate(this, inbound.asksForWebSocket()));
      shadows = both;
    }
  }

  Answer<Verdict> refused(Reason reason, String detail) {
    return new Answer.Ready<>(new Refusal(reason, detail, considered()));
  }

  Answer<Verdict> methodNotAllowed(Set<String> allowed) {
    return new Answer.Ready<>(
        new Refusal(Reason.METHOD_NOT_ALLOWED, "method", considered(), allowed, null));
  }

  Answer<Verdict> exhausted(Allowance.Exhausted exhausted) {
    return new Answer.Ready<>(
        new Refusal(Reason.LIMITED, exhausted.limit().id(), considered(), Set.of(), exhausted));
  }

  Permit permitted(Allowance.Granted allowance, @Nullable String identityToken) {
    return new Permit(
        considered(), target(), routed(), caller(), variables, allowance, identityToken);
  }

  Considered considered() {
    return new Considered(target, route, caller, decision, inputs, shadows, outcomes);
  }

  Inbound inbound() {
    return inbound;
  }

  Presented presented() {
    return new Presented(
        inbound.headers().all("authorization"),
        inbound.source(),
        inbound.connection().credentials(),
        inbound.time(),
        inbound.purpose() == Inbound.Purpose.PROBE);
  }

  Bundle bundle() {
    return rules.bundle();
  }

  boolean isOutOfService() {
    return rules.isOutOfService(routed());
  }

  Authenticator authenticator() {
    return rules.authenticator();
  }

  @Nullable Vouching anyIdentity() {
    return rules.anyIdentity();
  }

  Policy policy() {
    return routed().policy();
  }

  List<Limit> limits() {
    return routed().limits();
  }

  private Route routed() {
    return Objects.requireNonNull(route, "route");
  }

  @Override
  public Caller caller() {
    return Objects.requireNonNull(caller, "caller");
  }

  @Override
  public RequestTarget target() {
    return Objects.requireNonNull(target, "target");
  }

  @Override
  public HeaderFields headers() {
    return inbound.headers();
  }

  @Override
  public InetAddress source() {
    return inbound.source();
  }

  @Override
  public int port() {
    return inbound.port();
  }

  @Override
  public long bodySize() {
    return inbound.bodySize();
  }

  @Override
  public Tls tls() {
    return inbound.connection().tls();
  }

  @Override
  public Instant time() {
    return inbound.time();
  }

  @Override
  public String route() {
    return routed().id();
  }

  @Override
  public Map<String, String> variables() {
    return variables;
  }
}
