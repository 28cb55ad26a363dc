package io.sallyport.bundle;

import io.sallyport.policy.AccessRequest;
import io.sallyport.policy.Decision;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Reason;
import io.sallyport.policy.RequestView;
import io.sallyport.policy.cel.Inputs;
import io.sallyport.routing.RouteTable;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Everything that a security team's folder says, compiled. Immutable; safe to share between
/// threads.
///
/// @param id SHA-256 over sorted (path, SHA-256 of file), 64 hex digits
/// @param hosts every host that a route names, lower case; a wildcard as `*.example.com`
/// @param inputs reads what the rules read, for the audit record
/// @param sources which files it was read from, and who answers for them
/// @param warnings what is allowed and still worth a look; each one line
public record Bundle(
    String id,
    RouteTable<Route> routes,
    List<Route> routeList,
    Set<String> hosts,
    Map<String, Upstream> upstreams,
    Map<String, JwtIdentity> identities,
    Map<String, Limit> limits,
    Map<String, Policy> policies,
    Inputs inputs,
    List<Source> sources,
    List<String> warnings) {

  public Bundle {
    routeList = List.copyOf(routeList);
    hosts = Set.copyOf(hosts);
    upstreams = Map.copyOf(upstreams);
    identities = Map.copyOf(identities);
    limits = Map.copyOf(limits);
    policies = Map.copyOf(policies);
    sources = List.copyOf(sources);
    warnings = List.copyOf(warnings);
  }

  /// The id as people see it: 12 hex digits.
  public String shortId() {
    return id.substring(0, 12);
  }

  /// What this bundle would answer to a request that another one judges, under the name of what
  /// decides: `candidate/POLICY`. Never throws; the cost of a lookup and a decision.
  ///
  /// @param request whose caller the other bundle's identities proved; identities of the same id
  ///   are taken for the same
  /// @param webSocket whether it asks for one
  public Map<String, Decision> decideAsCandidate(AccessRequest request, boolean webSocket) {
    return switch (Directions.of(request.target(), webSocket, this)) {
      case Directions.ToRoute to -> {
        Policy policy = to.route().policy();
        yield Map.of(CANDIDATE + policy.id(), policy.decideAsShadow(new OnRoute(request, to)));
      }
      case Directions.DeadEnd end ->
          Map.of(CANDIDATE + "none", new Decision.Denied(end.reason(), "", ""));
      case Directions.Refused(Reason reason, String _) ->
          Map.of(CANDIDATE + "none", new Decision.Denied(reason, "", ""));
    };
  }

  /// Before the names of what decides in a candidate. No id of a policy has a slash.
  public static final String CANDIDATE = "candidate/";

  /// A request where it leads by this bundle.
  private static final class OnRoute extends RequestView {
    private final Directions.ToRoute to;

    OnRoute(AccessRequest request, Directions.ToRoute to) {
      super(request);
      this.to = to;
    }

    @Override
    public String route() {
      return to.route().id();
    }

    @Override
    public Map<String, String> variables() {
      return to.variables();
    }
  }

  /// A file of the bundle.
  ///
  /// @param path relative to the bundle, with slashes
  /// @param sha256 64 hex digits
  /// @param owner who answers for it (`metadata.owner`); empty when it does not say
  /// @param change the change that brought it (`metadata.change`); empty when it does not say
  public record Source(String path, String sha256, String owner, String change) {}
}
