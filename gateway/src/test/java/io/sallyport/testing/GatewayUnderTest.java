package io.sallyport.testing;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.sallyport.admission.Admission;
import io.sallyport.admission.AdmissionSettings;
import io.sallyport.admission.ProbeReport;
import io.sallyport.admission.Ruleset;
import io.sallyport.audit.AuditRecord;
import io.sallyport.authentication.BearerTokens;
import io.sallyport.authentication.IdentitySigner;
import io.sallyport.authentication.TokenSettings;
import io.sallyport.bundle.Bundle;
import io.sallyport.bundle.BundleReader;
import io.sallyport.bundle.BundleReading;
import io.sallyport.demo.DevelopmentIssuer;
import io.sallyport.demo.TokenRequest;
import io.sallyport.edge.Edge;
import io.sallyport.edge.EdgeSettings;
import io.sallyport.edge.Enforcement;
import io.sallyport.limits.Limiter;
import io.sallyport.limits.LocalLimiter;
import io.sallyport.listener.Certificates;
import io.sallyport.listener.CertifiedKey;
import io.sallyport.listener.Listener;
import io.sallyport.listener.ListenerSettings;
import io.sallyport.listener.Network;
import io.sallyport.pki.DevelopmentCa;
import io.sallyport.pki.ServerCertificate;
import io.sallyport.policy.Reason;
import io.sallyport.spring.SpringLane;
import io.sallyport.telemetry.RequestMeters;
import io.sallyport.upstream.UpstreamEvents;
import io.sallyport.upstream.Upstreams;
import io.sallyport.wire.TlsProvider;
import io.sallyport.wire.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// A whole gateway on free ports, made from the text of a bundle: real TLS, real tokens, real
/// backends. What boot does with Spring, without Spring.
///
/// The bundle is for host `localhost`. In its text `${issuer}` stands for the issuer's address;
/// `trust: test-ca` for an authority that signed everything here.
public final class GatewayUnderTest implements AutoCloseable {
  private static final Duration DAY = Duration.ofDays(1);

  private final DevelopmentCa ca;
  private final DevelopmentIssuer issuer;
  private final Transport transport;
  private final BearerTokens tokens;
  private final IdentitySigner signer;
  private final Upstreams upstreams;
  private final Admission admission;
  private volatile Ruleset rules;
  private volatile Optional<Bundle> candidate = Optional.empty();
  private final AuditInMemory audit = new AuditInMemory();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final SpringLane springLane;
  private final Edge edge;
  private final Listener listener;

  /// What a test may want otherwise.
  ///
  /// @param zone the gateway's own
  /// @param trusted networks of trusted proxies
  /// @param issuerUp whether the issuer answers when the gateway starts
  /// @param plugins jars with filters
  public record Setup(
      String zone,
      int eventLoops,
      EdgeSettings edge,
      ListenerSettings.Bounds bounds,
      List<Network> trusted,
      TokenSettings tokens,
      Supplier<Limiter> limiter,
      boolean issuerUp,
      @Nullable Path plugins) {
    public static final Setup DEFAULT =
        new Setup(
            "a",
            2,
            EdgeSettings.DEFAULT,
            ListenerSettings.Bounds.DEFAULT,
            List.of(),
            TokenSettings.DEFAULT,
            () -> new LocalLimiter(1, 10_000),
            true,
            null);

    public Setup withEdge(EdgeSettings other) {
      return new Setup(
          zone, eventLoops, other, bounds, trusted, tokens, limiter, issuerUp, plugins);
    }

    public Setup withBounds(ListenerSettings.Bounds other) {
      return new Setup(zone, eventLoops, edge, other, trusted, tokens, limiter, issuerUp, plugins);
    }

    public Setup withTrusted(List<Network> other) {
      return new Setup(zone, eventLoops, edge, bounds, other, tokens, limiter, issuerUp, plugins);
    }

    public Setup withTokens(TokenSettings other) {
      return new Setup(zone, eventLoops, edge, bounds, trusted, other, limiter, issuerUp, plugins);
    }

    public Setup withLimiter(Supplier<Limiter> other) {
      return new Setup(zone, eventLoops, edge, bounds, trusted, tokens, other, issuerUp, plugins);
    }

    public Setup withPlugins(Path other) {
      return new Setup(zone, eventLoops, edge, bounds, trusted, tokens, limiter, issuerUp, other);
    }

    public Setup withIssuerDown() {
      return new Setup(zone, eventLoops, edge, bounds, trusted, tokens, limiter, false, plugins);
    }
  }

  private GatewayUnderTest(Setup setup, Map<String, String> bundle) throws IOException {
    ca = DevelopmentCa.create(DAY);
    ServerCertificate certificate =
        ca.issue("localhost", List.of("localhost", "127.0.0.1", "*.example.com"), DAY);
    issuer =
        DevelopmentIssuer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), certificate);
    transport = Transport.start(setup.eventLoops(), "gateway-under-test");
    if (!setup.issuerUp()) {
      issuer.down();
    }
    tokens = new BearerTokens(setup.tokens(), this::trust);
    signer = new IdentitySigner("https://gateway.test", InstantSource.system());
    upstreams = new Upstreams(transport, setup.zone(), this::trust, UpstreamEvents.NONE);
    springLane = new SpringLane(setup.plugins());
    admission =
        new Admission(AdmissionSettings.DEFAULT, setup.limiter().get(), signer, () -> candidate);
    rules = prepared(bundle);
    upstreams.install(rules.bundle().upstreams().values());
    edge =
        new Edge(
            () -> rules,
            admission,
            upstreams,
            audit,
            new RequestMeters(meters, new PrometheusRegistry()),
            setup.edge(),
            springLane::lane);
    listener =
        Listener.start(
            new ListenerSettings(
                InetAddress.getLoopbackAddress(),
                0,
                0,
                OptionalInt.of(0),
                ListenerSettings.Hsts.DEFAULT,
                setup.trusted(),
                setup.bounds()),
            transport,
            new Certificates(
                TlsProvider.best(),
                List.of(new CertifiedKey(certificate.chain(), certificate.key()))),
            edge,
            host -> rules.bundle().routes().knows(host));
  }

  /// Starts a gateway.
  ///
  /// @param bundle text by path, such as `routes/orders.yaml`
  public static GatewayUnderTest start(Map<String, String> bundle) throws IOException {
    return start(Setup.DEFAULT, bundle);
  }

  public static GatewayUnderTest start(Setup setup, Map<String, String> bundle) throws IOException {
    return new GatewayUnderTest(setup, bundle);
  }

  /// Puts another bundle in force, as a reload does.
  public void load(Map<String, String> bundle) {
    Ruleset next = prepared(bundle);
    upstreams.install(next.bundle().upstreams().values());
    Ruleset last = rules;
    rules = next;
    last.close();
  }

  /// Asks another bundle beside the one in force.
  public void candidate(Map<String, String> bundle) {
    Ruleset read = prepared(bundle);
    read.close();
    candidate = Optional.of(read.bundle());
  }

  private Ruleset prepared(Map<String, String> bundle) {
    Map<String, byte[]> files = new HashMap<>();
    bundle.forEach(
        (path, text) ->
            files.put(
                path, text.replace("${issuer}", issuer.issuer()).getBytes(StandardCharsets.UTF_8)));
    Bundle good =
        switch (BundleReader.read(files, springLane)) {
          case BundleReading.Good read -> read.bundle();
          case BundleReading.Bad bad -> throw new IllegalArgumentException(bad.toString());
        };
    return switch (Ruleset.prepare(good, tokens)) {
      case Ruleset.Prepared(Ruleset ruleset) -> enforced(ruleset);
      case Ruleset.Unusable(List<String> problems) ->
          throw new IllegalArgumentException(problems.toString());
    };
  }

  /// As a load does; whatever a test's bundle says must be what the gateway answers.
  private Ruleset enforced(Ruleset ruleset) {
    try {
      ProbeReport report = new Enforcement(admission, Duration.ofSeconds(60)).ask(ruleset);
      if (!report.failures().isEmpty()) {
        throw new IllegalStateException("not enforced: " + report.failures());
      }
      return ruleset.probed(report);
    } catch (TimeoutException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// As if the gateway had found that this route answers otherwise than it must.
  public void takeOutOfService(String route) {
    rules = rules.probed(new ProbeReport(0, Map.of(route, "on purpose"), List.of()));
  }

  public Ruleset rules() {
    return rules;
  }

  /// Signatures that were checked.
  public long signatureChecks() {
    return tokens.signatureChecks();
  }

  private TrustManagerFactory trust(String name) {
    if (!name.equals("test-ca")) {
      throw new IllegalArgumentException("no trust store '" + name + "'");
    }
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("ca", ca.certificate());
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(store);
      return trust;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public DevelopmentCa ca() {
    return ca;
  }

  public DevelopmentIssuer issuer() {
    return issuer;
  }

  public Listener listener() {
    return listener;
  }

  public Upstreams upstreams() {
    return upstreams;
  }

  public Edge edge() {
    return edge;
  }

  /// The key set that backends check `Sallyport-Identity` with.
  public String identityKeys() {
    return signer.publicKeySet();
  }

  public AuditInMemory audit() {
    return audit;
  }

  /// How many requests were refused for this reason.
  public double refusals(Reason reason) {
    return meters
        .find("sallyport.requests")
        .tag("reason", reason.word())
        .functionCounters()
        .stream()
        .mapToDouble(FunctionCounter::count)
        .sum();
  }

  /// How often a shadow policy answered so beside the one that decides. It is counted a moment
  /// after its record is written: waited for at most five seconds.
  public double shadowed(String policy, String rule, String answer) throws InterruptedException {
    for (int i = 0; i < 500; i++) {
      Counter counter =
          meters
              .find("sallyport.shadow.decisions")
              .tags("policy", policy, "rule", rule, "answer", answer)
              .counter();
      if (counter != null) {
        return counter.count();
      }
      Thread.sleep(10);
    }
    return 0;
  }

  /// The record of this decision, waited for at most five seconds.
  public AuditRecord record(String decisionId) {
    return audit.record(decisionId);
  }

  /// A token of the issuer for audience `api://orders`.
  public String token(String subject, String... scopes) {
    return issuer.token(
        new TokenRequest(
            subject, "test", List.of(scopes), "api://orders", Map.of(), Duration.ofMinutes(5)));
  }

  public URI uri(String target) {
    return URI.create("https://localhost:" + listener.httpsPort() + target);
  }

  /// A request that names its bearer.
  public HttpRequest.Builder request(String target, String token) {
    return HttpRequest.newBuilder(uri(target)).header("authorization", "Bearer " + token);
  }

  /// A client that trusts this gateway.
  public HttpClient client(HttpClient.Version version) {
    return HttpClient.newBuilder().version(version).sslContext(ca.clientContext()).build();
  }

  /// A TLS connection that speaks this protocol (ALPN), for what no client library would send.
  public SSLSocket connect(String protocol) throws IOException {
    return connect(protocol, 0);
  }

  /// @param receiveBuffer bytes that the kernel keeps for us; 0: its default
  public SSLSocket connect(String protocol, int receiveBuffer) throws IOException {
    Socket plain = new Socket();
    if (receiveBuffer > 0) {
      plain.setReceiveBufferSize(receiveBuffer);
    }
    plain.setSoTimeout(10_000);
    plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.httpsPort()));
    SSLSocket socket =
        (SSLSocket)
            ca.clientContext()
                .getSocketFactory()
                .createSocket(plain, "localhost", listener.httpsPort(), true);
    var parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {protocol});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  @Override
  public void close() {
    listener.close();
    upstreams.close();
    transport.close();
    rules.close();
    springLane.close();
    tokens.close();
    issuer.close();
  }
}
