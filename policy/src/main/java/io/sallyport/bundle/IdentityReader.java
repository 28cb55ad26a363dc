package io.sallyport.bundle;

import io.sallyport.bundle.format.Section;
import io.sallyport.bundle.format.Value;
import io.sallyport.bundle.source.Findings;
import io.sallyport.bundle.source.Suggestion;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads who may vouch for a caller.
final class IdentityReader {
  static final List<String> ALGORITHMS =
      List.of(
          "ES256", "ES384", "ES512", "EdDSA", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512");

  private final Map<String, byte[]> files;
  private final Findings findings;
  private final Set<String> keyFilesUsed = new HashSet<>();

  IdentityReader(Map<String, byte[]> files, Findings findings) {
    this.files = files;
    this.findings = findings;
  }

  /// Null when it is faulty, which was reported.
  @Nullable JwtIdentity read(Section identity) {
    Value.Leaf id = identity.leaf("id");
    if (id != null && id.text().equals("anonymous")) {
      findings.problem(
          id.place(),
          "an identity cannot be called 'anonymous': that is the caller nobody vouches for");
    }
    boolean later =
        identity.has("mtls")
            || identity.has("apiKeys")
            || identity.has("oidc")
            || identity.has("introspection");
    if (!identity.has("jwt") && !later) {
      findings.problem(identity.place(), "identity without 'jwt': it does not say how it vouches");
    }
    Section jwt = identity.section("jwt");
    if (jwt == null) {
      return null;
    }
    Set<String> algorithms = algorithms(jwt);
    audiences(jwt);
    Section keySection = jwt.section("keys");
    JwtIdentity.Keys keys = keySection == null ? null : keys(keySection);
    String issuer = jwt.text("issuer");
    if (id == null || issuer == null || keys == null) {
      return null;
    }
    return new JwtIdentity(
        id.text(),
        issuer,
        jwt.texts("audiences"),
        algorithms,
        keys,
        jwt.has("types")
            ? jwt.texts("types").stream().map(IdentityReader::type).toList()
            : List.of("at+jwt"),
        jwt.duration("clockSkew", Duration.ofSeconds(30)),
        jwt.duration("maxLifetime", Duration.ofHours(1)));
  }

  /// `typ` values are compared in lower case and without `application/` (RFC 7515 §4.1.9).
  private static String type(String written) {
    String type = written.toLowerCase(Locale.ROOT);
    return type.startsWith("application/") ? type.substring("application/".length()) : type;
  }

  private void audiences(Section jwt) {
    Set<String> seen = new HashSet<>();
    for (Value.Leaf audience : jwt.leaves("audiences")) {
      if (!seen.add(audience.text())) {
        findings.problem(
            audience.place(), "audience '%s' is there twice".formatted(audience.text()));
      }
    }
  }

  private Set<String> algorithms(Section jwt) {
    Set<String> algorithms = new LinkedHashSet<>();
    for (Value.Leaf leaf : jwt.leaves("algorithms")) {
      String name = leaf.text();
      if (name.equalsIgnoreCase("none")) {
        findings.problem(
            leaf.place(), "'none' cannot be written: a token without a signature proves nothing");
      } else if (name.toUpperCase(Locale.ROOT).startsWith("HS")) {
        findings.problem(
            leaf.place(),
            "'%s' cannot be written: with HMAC everyone who can check a token can make one"
                .formatted(name));
      } else if (!ALGORITHMS.contains(name)) {
        findings.problem(
            leaf.place(),
            "'%s' is not an algorithm that is accepted; there are %s%s"
                .formatted(
                    name, String.join(", ", ALGORITHMS), Suggestion.among(ALGORITHMS, name)));
      } else if (!algorithms.add(name)) {
        findings.problem(leaf.place(), "algorithm '%s' is there twice".formatted(name));
      }
    }
    return algorithms;
  }

  private JwtIdentity.@Nullable Keys keys(Section keys) {
    if (keys.has("url") == keys.has("file")) {
      findings.problem(
          keys.has("file") ? keys.nameOf("file") : keys.place(),
          keys.has("url")
              ? "keys have 'url' and 'file'; write one of them"
              : "keys without 'url' or 'file'");
      return null;
    }
    if (keys.has("file")) {
      for (String only : List.of("trust", "refresh", "staleFor")) {
        if (keys.has(only)) {
          findings.problem(keys.nameOf(only), "'%s' has no effect with 'file'".formatted(only));
        }
      }
      Value.Leaf file = keys.leaf("file");
      return file == null ? null : keyFile(file);
    }
    Value.Leaf url = keys.leaf("url");
    return url == null ? null : keyUrl(url, keys);
  }

  private JwtIdentity.@Nullable Keys keyUrl(Value.Leaf url, Section keys) {
    Duration refresh = keys.duration("refresh", Duration.ofMinutes(5));
    Duration staleFor = keys.duration("staleFor", Duration.ofHours(24));
    if (staleFor.compareTo(refresh) < 0) {
      findings.problem(
          keys.at("staleFor"),
          "'staleFor' is shorter than 'refresh': keys would be missing in between");
    }
    try {
      URI uri = new URI(url.text());
      if (!"https".equals(uri.getScheme())) {
        findings.problem(
            url.place(),
            "'url' must start with https://: who can change the keys can be everybody");
      } else if (uri.getHost() == null || uri.getUserInfo() != null || uri.getFragment() != null) {
        findings.problem(
            url.place(), "'url' must be https://, a host and a path, without user or fragment");
      } else {
        return new JwtIdentity.KeyUrl(uri, keys.text("trust", ""), refresh, staleFor);
      }
    } catch (URISyntaxException e) {
      findings.problem(url.place(), "'url' is not an address: " + e.getReason());
    }
    return null;
  }

  private JwtIdentity.@Nullable Keys keyFile(Value.Leaf file) {
    String path = file.text();
    if (!path.startsWith("keys/") || path.indexOf('/', 5) >= 0 || path.contains("..")) {
      findings.problem(
          file.place(),
          "'file' must be a file of the bundle's folder keys, such as keys/corporate.json");
      return null;
    }
    byte[] content = files.get(path);
    if (content == null) {
      List<String> there = files.keySet().stream().filter(f -> f.startsWith("keys/")).toList();
      findings.problem(
          file.place(), "there is no file '%s'%s".formatted(path, Suggestion.among(there, path)));
      return null;
    }
    boolean first = keyFilesUsed.add(path);
    // Two identities may share a file; its problems are reported once.
    return KeySetCheck.read(path, content, first ? findings : new Findings())
        .map(json -> new JwtIdentity.KeyFile(path, json))
        .orElse(null);
  }

  void warnOfUnusedKeyFiles() {
    for (String path : files.keySet()) {
      if (path.startsWith("keys/") && !keyFilesUsed.contains(path)) {
        findings.warning(path, "is not used by any identity");
      }
    }
  }
}
