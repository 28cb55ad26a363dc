package io.sallyport.demo;

import io.sallyport.demo.DemoNetwork.Place;
import io.sallyport.pki.CertificateProblem;
import io.sallyport.pki.DevelopmentCa;
import io.sallyport.pki.ServerCertificate;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A gateway with everything around it, in this process: a development authority and certificates,
/// six backends in three zones, a token issuer, a bundle. What was started is ended in reverse
/// order, also when a later part does not start.
public final class Demo implements AutoCloseable {
  private static final String AUDIENCE = "orders";
  private static final String KEY_SET_PATH = "/.well-known/jwks.json";
  private static final String SHIPPED_ISSUER = "https://localhost:" + DemoSettings.ISSUER_PORT;
  private static final Duration AUTHORITY_LIFE = Duration.ofDays(730);
  private static final Duration CERTIFICATE_LIFE = Duration.ofDays(90);
  private static final List<String> OWN_NAMES = List.of("localhost", "127.0.0.1", "::1");
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private final String welcome;
  private final DemoZones zones;
  private final DevelopmentIssuer issuer;
  private final Parts parts;

  /// The bearer token of the management port, and the hash that the gateway is told.
  public record OperatorToken(String token, String hash) {}

  private Demo(String welcome, DemoZones zones, DevelopmentIssuer issuer, Parts parts) {
    this.welcome = welcome;
    this.zones = zones;
    this.issuer = issuer;
    this.parts = parts;
  }

  /// Starts everything and returns when the gateway serves.
  ///
  /// @throws DemoProblem when a port is taken or a file cannot be had; what the gateway itself
  ///   throws is passed on
  public static Demo start(DemoSettings settings, OperatorToken operator, GatewayProcess gateway)
      throws DemoProblem {
    var parts = new Parts();
    try {
      return start(settings, operator, gateway, parts);
    } catch (CertificateProblem problem) {
      parts.close();
      throw new DemoProblem(String.valueOf(problem.getMessage()), problem);
    } catch (DemoProblem | RuntimeException problem) {
      parts.close();
      throw problem;
    }
  }

  /// What a person should know now, with commands to paste.
  public String welcome() {
    return welcome;
  }

  DemoZones zones() {
    return zones;
  }

  DevelopmentIssuer issuer() {
    return issuer;
  }

  /// Ends the gateway first, then what is around it. Idempotent.
  @Override
  public void close() {
    parts.close();
  }

  private static Demo start(
      DemoSettings settings, OperatorToken operator, GatewayProcess gateway, Parts parts)
      throws DemoProblem {
    makePrivate(settings.state());
    for (var port : settings.options().entrySet()) {
      checkFree(port.getKey(), port.getValue());
    }
    var ca = authority(settings.pki());
    var certificate = ca.issue("Sallyport demo", OWN_NAMES, CERTIFICATE_LIFE);
    var issuer = parts.add(startIssuer(settings.issuerPort(), ca));
    var places = DemoNetwork.here().places(settings.backendPort());
    var zones = startBackends(places, parts.add(verifier(settings, ca)), parts);
    var bundle =
        DemoBundle.prepare(
            settings.bundle(), addresses(places, issuer), settings.state().resolve("bundle"));
    parts.add(DemoControl.start(settings.state(), zones, issuer));
    var files = certificate.writePem(settings.pki(), "gateway");
    parts.add(gateway.start(gatewaySettings(settings, operator, bundle, files)));
    var welcome = new DemoWelcome(settings, bundle, operator, issuer).text();
    return new Demo(welcome, zones, issuer, parts);
  }

  /// What the gateway is told; every other setting has its default.
  private static List<String> gatewaySettings(
      DemoSettings settings, OperatorToken operator, Path bundle, ServerCertificate.Files files) {
    return List.of(
        "--sallyport.bundle.folder=" + bundle,
        "--sallyport.bind-address=127.0.0.1",
        "--sallyport.https.port=" + settings.httpsPort(),
        "--sallyport.http.port=" + settings.httpPort(),
        // A browser would remember it for every other thing that a developer runs on localhost.
        "--sallyport.https.hsts.max-age=300s",
        "--sallyport.https.hsts.include-sub-domains=false",
        "--sallyport.tls.certificate=" + files.certificate(),
        "--sallyport.tls.key=" + files.key(),
        "--sallyport.zone=" + DemoNetwork.ZONES.getFirst(),
        "--sallyport.audit.file=" + settings.auditFile(),
        "--sallyport.management.token-hash=" + operator.hash(),
        "--management.server.port=" + settings.managementPort(),
        "--management.server.address=127.0.0.1",
        "--spring.ssl.bundle.pem.development-ca.truststore.certificate="
            + settings.pki().resolve("ca.pem").toAbsolutePath().toUri());
  }

  /// The authority that this folder has, so that who trusts it goes on trusting it; else a new one.
  private static DevelopmentCa authority(Path folder) {
    if (DevelopmentCa.isIn(folder)) {
      return DevelopmentCa.load(folder);
    }
    var ca = DevelopmentCa.create(AUTHORITY_LIFE);
    ca.writePem(folder);
    return ca;
  }

  private static DevelopmentIssuer startIssuer(int port, DevelopmentCa ca) throws DemoProblem {
    var certificate = ca.issue("Sallyport demo issuer", OWN_NAMES, CERTIFICATE_LIFE);
    try {
      return DevelopmentIssuer.start(new InetSocketAddress(LOOPBACK, port), certificate);
    } catch (IOException e) {
      throw taken(port, "--issuer-port", e);
    }
  }

  private static IdentityVerifier verifier(DemoSettings settings, DevelopmentCa ca) {
    var keySet = URI.create("https://localhost:" + settings.managementPort() + KEY_SET_PATH);
    return new IdentityVerifier(keySet, ca.clientContext(), AUDIENCE);
  }

  private static DemoZones startBackends(List<Place> places, IdentityCheck identities, Parts parts)
      throws DemoProblem {
    var backends = new ArrayList<DemoBackend>();
    for (Place place : places) {
      try {
        backends.add(
            parts.add(
                DemoBackend.start(
                    place.zone(), place.instance(), place.socketAddress(), identities)));
      } catch (IOException e) {
        throw taken(place.port(), "--backend-port", e);
      }
    }
    return new DemoZones(backends);
  }

  /// What the shipped bundle says, and what holds in this run.
  private static Map<String, String> addresses(List<Place> places, DevelopmentIssuer issuer) {
    var addresses = new LinkedHashMap<String, String>();
    var shipped = DemoNetwork.BY_ADDRESS.places(DemoSettings.BACKEND_PORT);
    for (int i = 0; i < places.size(); i++) {
      addresses.put(shipped.get(i).address(), places.get(i).address());
    }
    addresses.put(SHIPPED_ISSUER, issuer.issuer());
    return addresses;
  }

  private static void checkFree(int port, String option) throws DemoProblem {
    try (var probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(LOOPBACK, port));
    } catch (IOException e) {
      throw taken(port, option, e);
    }
  }

  private static DemoProblem taken(int port, String option, IOException e) {
    return e instanceof BindException
        ? new DemoProblem("port " + port + " cannot be had; " + option + " takes another", e)
        : new DemoProblem("port " + port + " cannot be listened on: " + e, e);
  }

  private static void makePrivate(Path folder) throws DemoProblem {
    try {
      Files.createDirectories(folder);
      var view = Files.getFileAttributeView(folder, PosixFileAttributeView.class);
      if (view != null) {
        view.setPermissions(PosixFilePermissions.fromString("rwx------"));
      }
    } catch (IOException e) {
      throw new DemoProblem(folder + ": the demo's folder cannot be made: " + e, e);
    }
  }
}
