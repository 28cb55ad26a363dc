package io.sallyport.bundle;

import io.sallyport.identity.Caller;
import io.sallyport.policy.AccessRequest;
import io.sallyport.policy.Decision;
import io.sallyport.policy.HeaderFields;
import io.sallyport.policy.Reason;
import io.sallyport.policy.Tls;
import io.sallyport.policy.Vouching;
import io.sallyport.routing.RequestTarget;
import io.sallyport.routing.TargetReader;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a bundle answers to one question, as the gateway would: everything but credentials, limits
/// and backends.
sealed interface Ruling {

  /// Admitted by this rule.
  record Admitted(Directions.ToRoute to, AccessRequest request, String rule) implements Ruling {}

  /// Refused.
  ///
  /// @param to empty when it reached no route
  /// @param request what was decided; empty when it did not come to a decision
  /// @param rule the rule that refused; empty when none did
  record Refused(
      Reason reason,
      Optional<Directions.ToRoute> to,
      Optional<AccessRequest> request,
      String rule,
      String detail)
      implements Ruling {}

  static Ruling on(BundleTests.Question question, Bundle bundle) {
    var reading = TargetReader.read(question.method(), question.authority(), question.target());
    return switch (Directions.of(reading, question.asksForWebSocket(), bundle)) {
      case Directions.Refused(Reason reason, String why) -> early(reason, Optional.empty(), why);
      case Directions.DeadEnd end ->
          question.caller() instanceof Caller.Identified caller
                  && end.identities().contains(caller.identity())
              ? early(end.reason(), Optional.empty(), "")
              : early(Reason.NO_CREDENTIAL, Optional.empty(), end.reason().word());
      case Directions.ToRoute to -> atRoute(to, question);
    };
  }

  private static Ruling atRoute(Directions.ToRoute to, BundleTests.Question question) {
    Vouching vouching = to.vouching();
    Caller caller = vouching.readsNoCredential() ? Caller.ANONYMOUS : question.caller();
    return switch (caller) {
      case Caller.Anonymous _ when !vouching.anonymousAllowed() ->
          early(Reason.NO_CREDENTIAL, Optional.of(to), "");
      case Caller.Identified known when !vouching.identities().contains(known.identity()) ->
          early(
              Reason.BAD_CREDENTIAL,
              Optional.of(to),
              "identity '" + known.identity() + "' may not vouch here");
      case Caller.Anonymous _, Caller.Identified _ -> decided(to, question, caller);
    };
  }

  private static Ruling decided(
      Directions.ToRoute to, BundleTests.Question question, Caller caller) {
    AccessRequest request =
        new Asked(
            caller,
            to.target(),
            name -> fields(question, name),
            question.source(),
            question.port(),
            question.bodySize(),
            question.tls(),
            question.time(),
            to.route().id(),
            to.variables());
    return switch (to.route().policy().decide(request)) {
      case Decision.Allowed(String rule) -> new Admitted(to, request, rule);
      case Decision.Denied(Reason reason, String rule, String detail) ->
          new Refused(reason, Optional.of(to), Optional.of(request), rule, detail);
    };
  }

  /// As rules see them at the edge: `host` is always there, and what is for one connection never is
  /// (RFC 9110 §7.6.1).
  private static List<String> fields(BundleTests.Question question, String name) {
    return switch (name) {
      case "upgrade", "connection", "keep-alive", "proxy-connection", "transfer-encoding" ->
          List.of();
      case "host" -> question.headers().getOrDefault(name, List.of(question.authority()));
      default -> question.headers().getOrDefault(name, List.of());
    };
  }

  /// Refused at a route before its policy was asked.
  static Ruling early(Reason reason, Directions.ToRoute to) {
    return early(reason, Optional.of(to), "");
  }

  private static Ruling early(Reason reason, Optional<Directions.ToRoute> to, String detail) {
    return new Refused(reason, to, Optional.empty(), "", detail);
  }

  /// A question as a policy sees it.
  record Asked(
      Caller caller,
      RequestTarget target,
      HeaderFields headers,
      InetAddress source,
      int port,
      long bodySize,
      Tls tls,
      Instant time,
      String route,
      Map<String, String> variables)
      implements AccessRequest {}
}
