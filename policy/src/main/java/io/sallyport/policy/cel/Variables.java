package io.sallyport.policy.cel;

import dev.cel.runtime.CelVariableResolver;
import io.sallyport.identity.Caller;
import io.sallyport.policy.AccessRequest;
import io.sallyport.policy.Tls;
import io.sallyport.routing.Query;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What an expression can read of one request: views, laid over it when they are asked for. Nothing
/// is copied. [Vocabulary] has the same names, with their types.
///
/// @param data a bundle's values as [Vocabulary] made them ready
record Variables(AccessRequest request, Map<String, Object> data) implements CelVariableResolver {

  /// Credentials are not for rules: nobody who reads a rule's inputs in an audit record sees one.
  static final Set<String> CREDENTIAL_FIELDS =
      Set.of("authorization", "cookie", "proxy-authorization");

  @Override
  public Optional<Object> find(String name) {
    return Optional.ofNullable(root(name));
  }

  @Nullable ByName root(String name) {
    return switch (name) {
      case "request" -> new ByName(name, this::ofRequest);
      case "caller" -> new ByName(name, this::ofCaller);
      case "source" -> new ByName(name, this::ofSource);
      case "tls" -> new ByName(name, this::ofTls);
      case "route" -> new ByName(name, field -> field.equals("id") ? request.route() : null);
      case "data" -> new ByName(name, data::get);
      default -> null;
    };
  }

  private @Nullable Object ofSource(String field) {
    return switch (field) {
      case "ip" -> request.source();
      case "port" -> request.port() == 0 ? null : (long) request.port();
      default -> null;
    };
  }

  private @Nullable Object ofTls(String field) {
    Tls tls = request.tls();
    return switch (field) {
      case "version" -> known(tls.version());
      case "suite" -> known(tls.suite());
      case "group" -> known(tls.group());
      case "serverName" -> known(tls.serverName());
      default -> null;
    };
  }

  private static @Nullable String known(String text) {
    return text.isEmpty() ? null : text;
  }

  private @Nullable Object ofRequest(String field) {
    return switch (field) {
      case "method" -> request.target().method();
      case "host" -> request.target().host();
      case "path" -> request.target().path();
      case "time" -> request.time();
      case "bodySize" -> request.bodySize() < 0 ? null : request.bodySize();
      case "pathParameters" -> new ByName("request.pathParameters", request.variables()::get);
      case "query" -> new NamedValues("request.query", this::parameters);
      case "headers" -> new NamedValues("request.headers", this::headers);
      default -> null;
    };
  }

  private List<String> parameters(String name) {
    Query query = request.target().query();
    if (!query.isPlain(name)) {
      throw new Unreadable("request.query." + name + " has a '+', which has two meanings");
    }
    return query.all(name);
  }

  private List<String> headers(String name) {
    return CREDENTIAL_FIELDS.contains(name) ? List.of() : request.headers().all(name);
  }

  private @Nullable Object ofCaller(String field) {
    return switch (request.caller()) {
      case Caller.Anonymous _ ->
          switch (field) {
            case "kind" -> "anonymous";
            case "authenticated", "revoked" -> false;
            case "scopes", "groups", "roles" -> List.of();
            case "claims" -> new ByName("caller.claims", _ -> null);
            default -> null;
          };
      case Caller.Identified caller ->
          switch (field) {
            case "kind" -> caller.kind();
            case "authenticated" -> true;
            case "revoked" -> caller.revoked();
            case "scopes" -> caller.scopes();
            case "groups" -> caller.groups();
            case "roles" -> caller.roles();
            case "identity" -> caller.identity();
            case "subject" -> caller.subject();
            case "client" -> caller.client();
            case "issuer" -> caller.issuer();
            case "spiffe" -> caller.spiffe();
            case "acr" -> caller.acr();
            case "bound" -> caller.bound();
            case "amr" -> caller.amr().isEmpty() ? null : caller.amr();
            case "claims" -> new ByName("caller.claims", caller.claims()::get);
            default -> null;
          };
    };
  }
}
