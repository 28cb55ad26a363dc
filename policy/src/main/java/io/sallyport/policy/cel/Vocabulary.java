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

/// The names that an expression may use, with their types. [Variables] gives them their values.
///
/// | variable | what it is |
/// | --- | --- |
/// | `request.method`, `.host`, `.path` | the canonical target, as text |
/// | `request.query.x`, `request.headers.x` | the one value of this name; `['x-y']` for other names, `.all('x')` for the list |
/// | `request.variables.x` | what the route's `{x}` matched, spelt as in the canonical path |
/// | `request.time` | when the request's head had arrived |
/// | `route.id` | the route that it belongs to |
/// | `source.ip` | where it came from; `.within(data.x)` asks for a network |
/// | `caller.kind`, `.authenticated`, `.scopes`, `.groups`, `.roles`, `.revoked` | always there |
/// | `caller.identity`, `.subject`, `.client`, `.issuer`, `.spiffe`, `.acr`, `.amr`, `.claims.x` | asked with `has()` |
/// | `data.x` | the bundle's own values |
final class Vocabulary implements CelTypeProvider {
  /// The function behind `.all('x')`. CEL's macro of that name keeps others from declaring it, so a
  /// macro of our own leads here; nobody can write an `@`.
  static final String ALL = "@all";

  static final List<String> ROOTS = List.of("request", "caller", "source", "route", "data");

  private static final CelType STRINGS = ListType.create(SimpleType.STRING);
  private static final CelType NAMED = MapType.create(SimpleType.STRING, SimpleType.STRING);
  private static final CelType IP = OpaqueType.create("ip");
  private static final CelType CIDR = OpaqueType.create("cidr");
  // Not a list to CEL: it only answers `within`, at a cost that does not grow with its length.
  private static final CelType CIDRS = OpaqueType.create("list(cidr)");

  private static final ImmutableMap<String, CelType> REQUEST =
      ImmutableMap.of(
          "method", SimpleType.STRING,
          "host", SimpleType.STRING,
          "path", SimpleType.STRING,
          "time", SimpleType.TIMESTAMP,
          "query", NAMED,
          "headers", NAMED,
          "variables", NAMED);

  private static final ImmutableMap<String, CelType> CALLER =
      ImmutableMap.ofEntries(
          Map.entry("kind", SimpleType.STRING),
          Map.entry("authenticated", SimpleType.BOOL),
          Map.entry("revoked", SimpleType.BOOL),
          Map.entry("scopes", STRINGS),
          Map.entry("groups", STRINGS),
          Map.entry("roles", STRINGS),
          Map.entry("identity", SimpleType.STRING),
          Map.entry("subject", SimpleType.STRING),
          Map.entry("client", SimpleType.STRING),
          Map.entry("issuer", SimpleType.STRING),
          Map.entry("spiffe", SimpleType.STRING),
          Map.entry("acr", SimpleType.STRING),
          Map.entry("amr", STRINGS),
          Map.entry("claims", MapType.create(SimpleType.STRING, SimpleType.DYN)));

  private final ImmutableMap<String, StructType> roots;

  Vocabulary(Map<String, DataValue> data) {
    ImmutableMap.Builder<String, CelType> values = ImmutableMap.builder();
    data.forEach((name, value) -> values.put(name, typeOf(value.type())));
    this.roots =
        ImmutableMap.of(
            "request", struct("request", REQUEST),
            "caller", struct("caller", CALLER),
            "source", struct("source", ImmutableMap.of("ip", IP)),
            "route", struct("route", ImmutableMap.of("id", SimpleType.STRING)),
            "data", struct("data", values.buildOrThrow()));
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
