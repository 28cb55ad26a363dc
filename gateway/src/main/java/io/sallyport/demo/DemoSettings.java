package io.sallyport.demo;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Where the demo keeps its files, and which ports it takes. No port may be 0: each is printed, and
/// written into a bundle, before anything listens.
///
/// @param state a folder that only its owner can read
/// @param bundle the bundle that ships with the product
/// @param httpPort 0 switches it off
/// @param backendPort the port of every backend, or the first of six where a system has only one
///   loopback address
public record DemoSettings(
    Path state,
    Path bundle,
    int httpsPort,
    int httpPort,
    int managementPort,
    int backendPort,
    int issuerPort) {
  public static final int HTTPS_PORT = 8443;
  public static final int HTTP_PORT = 8080;
  public static final int MANAGEMENT_PORT = 9443;
  public static final int BACKEND_PORT = 9001;
  public static final int ISSUER_PORT = 9444;

  private static final int HIGHEST = 65_535;

  /// @throws IllegalArgumentException naming the option, when a port is none or is given twice
  public DemoSettings {
    var ports =
        Map.of(
            "--https-port", httpsPort,
            "--management-port", managementPort,
            "--backend-port", backendPort,
            "--issuer-port", issuerPort);
    ports.forEach((option, port) -> check(option, port, 1));
    check("--http-port", httpPort, 0);
    check("--backend-port", backendPort + DemoNetwork.BACKENDS - 1, 1);
    if (Set.copyOf(ports.values()).size() < ports.size() || ports.containsValue(httpPort)) {
      throw new IllegalArgumentException("a port can be taken by one server only: " + ports);
    }
  }

  /// Where the authority and the certificates are.
  Path pki() {
    return state.resolve("pki");
  }

  Path auditFile() {
    return state.resolve("audit.jsonl");
  }

  /// The option that changes a port, by port.
  Map<Integer, String> options() {
    var options = new LinkedHashMap<Integer, String>();
    options.put(httpsPort, "--https-port");
    options.put(managementPort, "--management-port");
    options.put(issuerPort, "--issuer-port");
    if (httpPort != 0) {
      options.put(httpPort, "--http-port");
    }
    return options;
  }

  private static void check(String option, int port, int lowest) {
    if (port < lowest || port > HIGHEST) {
      throw new IllegalArgumentException(
          option + ": " + port + " is not possible; " + lowest + " to " + HIGHEST);
    }
  }
}
