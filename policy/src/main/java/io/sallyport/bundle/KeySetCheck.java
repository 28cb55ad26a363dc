package io.sallyport.bundle;

import io.sallyport.bundle.source.Findings;
import io.sallyport.bundle.source.JsonReader;
import io.sallyport.bundle.source.Node;
import io.sallyport.bundle.source.Place;
import io.sallyport.bundle.source.SourceFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Checks a JWKS document of the bundle (RFC 7517): public keys, and nothing else.
final class KeySetCheck {
  private static final List<String> PRIVATE =
      List.of("d", "k", "p", "q", "dp", "dq", "qi", "oth", "priv");
  private static final Map<String, List<String>> PUBLIC =
      Map.of("RSA", List.of("n", "e"), "EC", List.of("crv", "x", "y"), "OKP", List.of("crv", "x"));

  private KeySetCheck() {}

  /// The document's text; empty when it is faulty, which was reported.
  static Optional<String> read(String path, byte[] content, Findings findings) {
    Optional<SourceFile> file = SourceFile.decode(path, content, findings);
    Optional<Node> document = file.flatMap(f -> JsonReader.read(f, findings));
    if (document.isEmpty()) {
      return Optional.empty();
    }
    if (!(document.get() instanceof Node.Mapping set)
        || !(member(set, "keys").orElse(null) instanceof Node.Sequence keys)) {
      findings.problem(
          document.get().place(), "not a key set: it must be an object with a list 'keys'");
      return Optional.empty();
    }
    if (keys.items().isEmpty()) {
      findings.problem(keys.place(), "a key set without keys: no token could be checked");
      return Optional.empty();
    }
    Map<String, Place> ids = new HashMap<>();
    boolean sound = true;
    for (Node item : keys.items()) {
      sound &= key(item, ids, findings);
    }
    return sound ? file.map(SourceFile::text) : Optional.empty();
  }

  private static boolean key(Node item, Map<String, Place> ids, Findings findings) {
    if (!(item instanceof Node.Mapping key)) {
      findings.problem(item.place(), "a key must be an object");
      return false;
    }
    for (Node.Entry entry : key.entries()) {
      if (PRIVATE.contains(entry.key().text())) {
        findings.problem(
            entry.key().place(),
            "'%s' is a part of a private or secret key; it must not be here, and must be replaced"
                    .formatted(entry.key().text())
                + " if anybody else could read this file");
        return false;
      }
    }
    String type = text(key, "kty");
    List<String> parts = PUBLIC.get(type);
    if (parts == null) {
      findings.problem(
          member(key, "kty").map(Node::place).orElse(key.place()),
          "'kty' must be one of EC, OKP, RSA" + (type.isEmpty() ? "" : ", not '" + type + "'"));
      return false;
    }
    for (String part : parts) {
      if (text(key, part).isEmpty()) {
        findings.problem(key.place(), "%s key without '%s'".formatted(type, part));
        return false;
      }
    }
    String id = text(key, "kid");
    Place first = id.isEmpty() ? null : ids.putIfAbsent(id, key.place());
    if (first != null) {
      findings.problem(key.place(), "key '%s' is there twice; first at %s".formatted(id, first));
      return false;
    }
    return true;
  }

  private static String text(Node.Mapping mapping, String name) {
    return member(mapping, name)
        .filter(node -> node instanceof Node.Scalar scalar && scalar.type() == Node.Type.TEXT)
        .map(node -> ((Node.Scalar) node).text())
        .orElse("");
  }

  private static Optional<Node> member(Node.Mapping mapping, String name) {
    return mapping.entries().stream()
        .filter(entry -> entry.key().text().equals(name))
        .map(Node.Entry::value)
        .findFirst();
  }
}
