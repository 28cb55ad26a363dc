package io.sallyport.policy.cel;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.runtime.CelFunctionBinding;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The names that an expression may use, with their types: what the type checker knows and what the
/// reference page says. [Variables] gives them their values.
final class Vocabulary implements CelTypeProvider {
  /// The function behind `.all('x')`. CEL's macro of that name keeps others from declaring it, so a
  /// macro of our own leads here; nobody can write an `@`.
  static final String ALL = "@all";

  static final List<String> ROOTS = List.of("request", "caller", "source", "tls", "route", "data");

  private static final CelType STRINGS = ListType.create(SimpleType.STRING);
  private static final CelType NAMED = MapType.create(SimpleType.STRING, SimpleType.STRING);
  private static final CelType IP = OpaqueType.create("ip");
  private static final CelType CIDR = OpaqueType.create("cidr");
  // Not a list to CEL: it only answers `within`, at a cost that does not grow with its length.
  private static final CelType CIDRS = OpaqueType.create("list(cidr)");

  /// One name.
  ///
  /// @param field of its root
  /// @param always whether it has a value on every request; the others are asked with `has()`
  /// @param meaning for people, in Markdown
  record Name(String root, String field, CelType type, boolean always, String meaning) {}

  static final List<Name> NAMES =
      List.of(
          always("request", "method", SimpleType.STRING, "The method, as sent."),
          always("request", "host", SimpleType.STRING, "The host of the canonical target."),
          always("request", "path", SimpleType.STRING, "The path of the canonical target."),
          always(
              "request",
              "pathParameters",
              NAMED,
              "`.x` is what the route's `{x}` matched, spelt as in the canonical path. Names that every"
                  + " route of the policy has."),
          always(
              "request",
              "query",
              NAMED,
              "`.x`, or `['x-y']`, is the one value of this name. An error when it came twice or not"
                  + " at all; `has(request.query.x)` asks, `.all('x')` is the list."),
          always(
              "request",
              "headers",
              NAMED,
              "The same for header fields; names in lower case. `'x-y' in request.headers` asks for other"
                  + " names. Credentials cannot be read."),
          always("request", "time", SimpleType.TIMESTAMP, "When the request's head had arrived."),
          asked(
              "request",
              "bodySize",
              SimpleType.INT,
              "Bytes of body, as announced; 0 without a body, absent when the length is not known"
                  + " beforehand. A body of another length is cut off."),
          always(
              "source",
              "ip",
              IP,
              "Where it came from, after trusted proxies were believed. `.within(data.x)` asks for a"
                  + " network."),
          asked("source", "port", SimpleType.INT, "The port there; absent behind a trusted proxy."),
          asked("tls", "version", SimpleType.STRING, "`TLSv1.3` or `TLSv1.2`."),
          asked("tls", "suite", SimpleType.STRING, "The cipher suite, by its IANA name."),
          asked("tls", "group", SimpleType.STRING, "The group of the key agreement."),
          asked(
              "tls", "serverName", SimpleType.STRING, "The name that the client asked for (SNI)."),
          always(
              "caller",
              "kind",
              SimpleType.STRING,
              "`anonymous`, or how the caller was proved: `jwt`."),
          always(
              "caller",
              "authenticated",
              SimpleType.BOOL,
              "Whether an identity vouches for the caller."),
          always("caller", "revoked", SimpleType.BOOL, "Whether the credential was revoked."),
          always("caller", "scopes", STRINGS, "What the credential is for."),
          always("caller", "groups", STRINGS, "The caller's groups."),
          always("caller", "roles", STRINGS, "The caller's roles."),
          asked("caller", "identity", SimpleType.STRING, "The id of the identity that vouches."),
          asked("caller", "subject", SimpleType.STRING, "Who it is (`sub`)."),
          asked(
              "caller",
              "client",
              SimpleType.STRING,
              "The program that acts (`client_id` or `azp`)."),
          asked("caller", "issuer", SimpleType.STRING, "Who issued the credential (`iss`)."),
          asked("caller", "spiffe", SimpleType.STRING, "The caller's SPIFFE id."),
          asked("caller", "acr", SimpleType.STRING, "How strongly the caller was authenticated."),
          asked("caller", "amr", STRINGS, "By which means the caller was authenticated."),
          asked(
              "caller",
              "bound",
              SimpleType.STRING,
              "How the holder proved that the credential is theirs: `dpop`, `mtls`. No credential is bound"
                  + " yet: one that must be is refused (`proof-missing`)."),
          always(
              "caller",
              "claims",
              MapType.create(SimpleType.STRING, SimpleType.DYN),
              "`.x` is a claim, of any type; asked with `has()`. An absent one makes an allow rule not"
                  + " allow and a deny rule deny."),
          always("route", "id", SimpleType.STRING, "The route that the request belongs to."));

  private static Name always(String root, String field, CelType type, String meaning) {
    return new Name(root, field, type, true, meaning);
  }

  private static Name asked(String root, String field, CelType type, String meaning) {
    return new Name(root, field, type, false, meaning);
  }

  /// A type as people write it.
  static String written(CelType type) {
    return type.equals(NAMED)
        ? "values by name"
        : type.equals(IP)
            ? "an address"
            : type.equals(STRINGS)
                ? "list(string)"
                : type instanceof MapType ? "claims by name" : type.name();
  }

  private final ImmutableMap<String, StructType> roots;

  Vocabulary(Map<String, DataValue> data) {
    ImmutableMap.Builder<String, CelType> values = ImmutableMap.builder();
    data.forEach((name, value) -> values.put(name, typeOf(value.type())));
    ImmutableMap.Builder<String, StructType> all = ImmutableMap.builder();
    for (String root : ROOTS) {
      if (!root.equals("data")) {
        all.put(root, struct(root, fieldsOf(root)));
      }
    }
    this.roots = all.put("data", struct("data", values.buildOrThrow())).buildOrThrow();
  }

  private static ImmutableMap<String, CelType> fieldsOf(String root) {
    ImmutableMap.Builder<String, CelType> fields = ImmutableMap.builder();
    NAMES.stream()
        .filter(name -> name.root().equals(root))
        .forEach(name -> fields.put(name.field(), name.type()));
    return fields.buildOrThrow();
  }

  private static StructType struct(String root, ImmutableMap<String, CelType> fields) {
    return StructType.create(
        "sallyport." + root, fields.keySet(), field -> Optional.ofNullable(fields.get(field)));
  }

  private static CelType typeOf(String type) {
    return switch (type) {
      case "string" -> SimpleType.STRING;
      case "int" -> SimpleType.INT;
      case "double" -> SimpleType.DOUBLE;
      case "bool" -> SimpleType.BOOL;
      case "cidr" -> CIDR;
      case "list(cidr)" -> CIDRS;
      case "map(string, string)" -> NAMED;
      case "list(string)" -> STRINGS;
      case "list(int)" -> ListType.create(SimpleType.INT);
      case "list(double)" -> ListType.create(SimpleType.DOUBLE);
      case "list(bool)" -> ListType.create(SimpleType.BOOL);
      default -> throw new IllegalArgumentException("type: " + type);
    };
  }

  /// The root variables, with their types.
  Map<String, StructType> roots() {
    return roots;
  }

  Set<String> fields(String root) {
    StructType type = roots.get(root);
    return type == null ? Set.of() : type.fieldNames();
  }

  @Override
  public ImmutableCollection<CelType> types() {
    return ImmutableList.copyOf(roots.values());
  }

  @Override
  public Optional<CelType> findType(String name) {
    return roots.values().stream()
        .filter(type -> type.name().equals(name))
        .map(CelType.class::cast)
        .findFirst();
  }

  static List<CelFunctionDecl> functions() {
    return List.of(
        CelFunctionDecl.newFunctionDeclaration(
            "within",
            CelOverloadDecl.newMemberOverload("ip_within_cidr", SimpleType.BOOL, IP, CIDR),
            CelOverloadDecl.newMemberOverload("ip_within_cidrs", SimpleType.BOOL, IP, CIDRS)),
        CelFunctionDecl.newFunctionDeclaration(
            ALL,
            CelOverloadDecl.newMemberOverload(
                "named_values_all", STRINGS, NAMED, SimpleType.STRING)));
  }

  static Set<CelFunctionBinding> bindings() {
    return ImmutableSet.<CelFunctionBinding>builder()
        .addAll(
            CelFunctionBinding.fromOverloads(
                "within",
                CelFunctionBinding.from(
                    "ip_within_cidr",
                    InetAddress.class,
                    Networks.class,
                    (address, networks) -> networks.contains(address)),
                CelFunctionBinding.from(
                    "ip_within_cidrs",
                    InetAddress.class,
                    Networks.class,
                    (address, networks) -> networks.contains(address))))
        .addAll(
            CelFunctionBinding.fromOverloads(
                ALL,
                CelFunctionBinding.from(
                    "named_values_all", NamedValues.class, String.class, NamedValues::all)))
        .build();
  }

  /// A bundle's values as expressions compute with them.
  static Map<String, Object> ready(Map<String, DataValue> data) {
    Map<String, Object> values = new LinkedHashMap<>();
    data.forEach((name, value) -> values.put(name, ready(value)));
    return Map.copyOf(values);
  }

  private static Object ready(DataValue value) {
    return switch (value.type()) {
      case "cidr" -> new Networks(List.of((String) value.value()));
      case "list(cidr)" ->
          new Networks(((List<?>) value.value()).stream().map(String.class::cast).toList());
      default -> value.value();
    };
  }
}
