package io.sallyport.loadtest.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A bundle with the routes of some services, as files by name.
final class SallyportBundle {
  /// So many routes in one file: a file holds at most 1 MiB.
  private static final int ROUTES_PER_FILE = 1000;

  private final Map<String, String> files = new LinkedHashMap<>();

  private SallyportBundle() {}

  static SallyportBundle of(Site site, Set<Service> services) {
    SallyportBundle bundle = new SallyportBundle();
    bundle.files.put("keys/bench.json", site.mint().keySet());
    bundle.files.put("policies/bench.yaml", policies(services));
    bundle.files.put("routes/upstreams.yaml", upstreams(site, services));
    services.forEach(service -> bundle.routes(service));
    return bundle;
  }

  /// The smallest bundle that asks for HTTP/2 to the backend.
  static SallyportBundle withH2cOnly() {
    SallyportBundle bundle = new SallyportBundle();
    bundle.files.put(
        "policies/bench.yaml",
        """
        apiVersion: sallyport/v1
        kind: Policies
        policies:
          - { id: anyone, authenticate: anonymous, allow: [{ id: all, when: "true" }] }
        """);
    bundle.files.put(
        "routes/bench.yaml",
        """
        apiVersion: sallyport/v1
        kind: Routes
        upstreams:
          - { id: h2c, protocol: h2c, endpoints: [{ address: "127.0.0.1:1", zone: a }] }
        routes:
        """
            + route("h2c", "/**", "anyone", "", "h2c"));
    return bundle;
  }

  void write(Path folder) throws IOException {
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.resolveSibling("."));
      Files.writeString(path, file.getValue());
    }
  }

  private void routes(Service service) {
    String tree = "/" + service.folder() + "/**";
    switch (service) {
      case BARE -> put(service, route("bare", tree, "anyone", "", "h1"));
      case FILTERED ->
          put(
              service,
              route(
                  "filtered",
                  tree,
                  "anyone",
                  "filters: [ \"AddResponseHeader=x-filtered, 1\" ], ",
                  "h1"));
      case H2C_BARE -> put(service, route("h2c-bare", tree, "anyone", "", "h2c"));
      case H2C_CHECKS -> put(service, checked("h2c-checks", tree, "reader", "h2c"));
      case CHECKS, ONE_ROUTE -> put(service, checked(service.folder(), tree, "reader", "h1"));
      case UNLIMITED -> put(service, route("unlimited", tree, "reader", "", "h1"));
      case MANY_ROUTES -> numbered(service, Site.MANY_ROUTES, "reader");
      case MANY_POLICIES -> numbered(service, Site.MANY_POLICIES, "reader-%d");
    }
  }

  private void numbered(Service service, int count, String policy) {
    for (int from = 0; from < count; from += ROUTES_PER_FILE) {
      files.put(
          "routes/%s-%d.yaml".formatted(service.folder(), from),
          head("Routes")
              + "routes:\n"
              + IntStream.range(from, Math.min(count, from + ROUTES_PER_FILE))
                  .mapToObj(
                      number ->
                          checked(
                              service.folder() + "-" + number,
                              "/" + service.folder() + "/" + number,
                              policy.formatted(number),
                              "h1"))
                  .collect(Collectors.joining()));
    }
  }

  private void put(Service service, String routes) {
    files.put("routes/" + service.folder() + ".yaml", head("Routes") + "routes:\n" + routes);
  }

  private static String checked(String id, String path, String policy, String upstream) {
    return route(id, path, policy, "limits: [per-client], ", upstream);
  }

  private static String route(
      String id, String path, String policy, String limits, String upstream) {
    return "  - { id: %s, match: { host: localhost, path: \"%s\", methods: [GET, POST] }, policy: %s, %supstream: %s }\n"
        .formatted(id, path, policy, limits, upstream);
  }

  private static String head(String kind) {
    return "apiVersion: sallyport/v1\nkind: " + kind + "\n";
  }

  private static String upstreams(Site site, Set<Service> services) {
    String h1 =
        "  - { id: h1, protocol: h1, endpoints: [{ address: \"127.0.0.1:%d\", zone: a }] }\n"
            .formatted(site.backendPort());
    String h2c =
        "  - { id: h2c, protocol: h2c, endpoints: [{ address: \"127.0.0.1:%d\", zone: a }] }\n"
            .formatted(site.backendH2cPort());
    return head("Routes") + "upstreams:\n" + h1 + (services.contains(Service.H2C_BARE) ? h2c : "");
  }

  /// One with a scope and a claim; as many with ids of their own as there are routes for them.
  private static String policies(Set<Service> services) {
    String rule =
        "\"'%s' in caller.scopes && caller.claims.tenant == '%s'\""
            .formatted(TokenMint.SCOPE, TokenMint.TENANT);
    String policy =
        "  - { id: reader%s, authenticate: [bench], allow: [{ id: reads, when: " + rule + " }] }\n";
    StringBuilder policies = new StringBuilder(policy.formatted(""));
    if (services.contains(Service.BARE) || services.contains(Service.FILTERED)) {
      policies.append(
          "  - { id: anyone, authenticate: anonymous, allow: [{ id: all, when: \"true\" }] }\n");
    }
    if (services.contains(Service.MANY_POLICIES)) {
      IntStream.range(0, Site.MANY_POLICIES)
          .forEach(number -> policies.append(policy.formatted("-" + number)));
    }
    return head("Policies")
        + """
        identities:
          - id: bench
            jwt:
              issuer: %s
              audiences: ["%s"]
              algorithms: [ES256]
              keys: { file: keys/bench.json }
              types: [at+jwt]
              clockSkew: 30s
              maxLifetime: 3h
              binding: none
        limits:
          - id: per-client
            key: caller.client
            quota: { requests: 60000000, per: 60s, burst: 60000000 }
            storeDown: local-share
        policies:
        """
            .formatted(TokenMint.ISSUER, TokenMint.AUDIENCE)
        + policies;
  }
}
