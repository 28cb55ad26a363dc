package io.sallyport.loadtest.proxy;

import io.sallyport.loadtest.process.Cores;
import io.sallyport.loadtest.process.Started;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Envoy, with a listener for each service: bare ones with the router alone, and ones with
/// `jwt_authn` and its cache, RBAC on a scope and a claim, a local rate limit and a JSON access
/// log.
public final class Envoy implements ProxyKind {
  private static final List<Service> SERVICES =
      List.of(Service.BARE, Service.CHECKS, Service.H2C_BARE, Service.H2C_CHECKS);

  private @Nullable Path binary;

  @Override
  public String name() {
    return "envoy";
  }

  @Override
  public Look look(Started started) throws InterruptedException {
    try {
      binary = EnvoyBinary.find(started);
      return new Look.Found(EnvoyBinary.says());
    } catch (IOException e) {
      return new Look.Missing(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Set<Service> services(Setup setup) {
    return setup.variant() == Variant.PLAIN ? Set.copyOf(SERVICES) : Set.of();
  }

  @Override
  public String gap(Service service) {
    return "";
  }

  @Override
  public Running start(Site site, Setup setup, Started started) throws IOException {
    if (binary == null) {
      throw new IllegalStateException("not looked for");
    }
    Map<Service, Integer> ports = new EnumMap<>(Service.class);
    StringBuilder listeners = new StringBuilder();
    String name = "envoy-" + Site.freePort();
    Path log = site.folder().resolve(name + "-access.log");
    for (Service service : SERVICES) {
      int port = Site.freePort();
      ports.put(service, port);
      listeners.append(listener(site, service, port, log));
    }
    String configuration =
        "static_resources:\n  listeners:\n"
            + listeners
            + "  clusters:\n"
            + cluster("h1", site.backendPort(), "http_protocol_options: {}")
            + cluster("h2c", site.backendH2cPort(), "http2_protocol_options: {}");
    List<String> command =
        List.of(
            binary.toString(),
            "--config-path",
            site.write(name + ".yaml", configuration).toString(),
            "--concurrency",
            String.valueOf(setup.workers()),
            "--disable-hot-restart",
            "--log-level",
            "warning");
    Process process = started.serve(name, Cores.pinned(setup.cores(), command));
    return new Running(this, name, process, ports, List.of(log));
  }

  @Override
  public double pace() {
    return 0.5;
  }

  @Override
  public boolean compilesAsItRuns() {
    return false;
  }

  private static String listener(Site site, Service service, int port, Path log)
      throws IOException {
    boolean checks = service == Service.CHECKS || service == Service.H2C_CHECKS;
    boolean h2c = service == Service.H2C_BARE || service == Service.H2C_CHECKS;
    return resource("listener.yaml")
        .replace("@NAME@", service.folder())
        .replace("@PORT@", String.valueOf(port))
        .replace("@CERTIFICATE@", site.certificate().certificate().toString())
        .replace("@KEY@", site.certificate().key().toString())
        .replace("@CLUSTER@", h2c ? "h2c" : "h1")
        .replace("@ACCESS_LOG@\n", checks ? resource("access-log.yaml") : "")
        .replace("@CHECKS@\n", checks ? resource("checks.yaml") : "")
        .replace("@LOG@", log.toString())
        .replace("@ISSUER@", TokenMint.ISSUER)
        .replace("@AUDIENCE@", TokenMint.AUDIENCE)
        .replace("@SCOPE@", TokenMint.SCOPE)
        .replace("@TENANT@", TokenMint.TENANT)
        .replace("@KEYS@", site.keySet().toString());
  }

  private static String cluster(String name, int port, String protocol) {
    return """
      - name: %s
        type: STATIC
        connect_timeout: 5s
        typed_extension_protocol_options:
          envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
            "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
            explicit_http_config: { %s }
        load_assignment:
          cluster_name: %s
          endpoints:
          - lb_endpoints:
            - endpoint:
                address: { socket_address: { address: 127.0.0.1, port_value: %d } }
    """
        .formatted(name, protocol, name, port)
        .indent(0);
  }

  private static String resource(String name) throws IOException {
    try (var stream = Envoy.class.getResourceAsStream("envoy/" + name)) {
      if (stream == null) {
        throw new IllegalStateException("no resource envoy/" + name);
      }
      return new String(stream.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }
}
