package io.sallyport.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.SignedJWT;
import io.sallyport.demo.Demo.OperatorToken;
import io.sallyport.demo.RunningDemo.ZoneWish;
import io.sallyport.pki.DevelopmentCa;
import io.sallyport.pki.Pem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoTest {
  private static final Path SHIPPED = Path.of("..", "policy", "bundles", "demo");
  private static final OperatorToken OPERATOR = new OperatorToken("open-sesame", "$2b$hash");

  @TempDir Path folder;

  private final FakeGateway gateway = new FakeGateway();
  private Path state;
  private DemoSettings settings;

  @BeforeEach
  void choosePorts() throws IOException {
    state = folder.resolve("demo");
    var ports = freePorts(5);
    settings =
        new DemoSettings(
            state, SHIPPED, ports.get(0), ports.get(1), ports.get(2), ports.get(3), ports.get(4));
  }

  @Test
  void theGatewayIsToldWhatADemoNeedsAndNothingElse() throws Exception {
    try (var demo = start()) {
      assertThat(demo.welcome()).isNotEmpty();
      assertThat(gateway.settings)
          .containsExactly(
              "--sallyport.bundle.folder=" + state.resolve("bundle"),
              "--sallyport.bind-address=127.0.0.1",
              "--sallyport.https.port=" + settings.httpsPort(),
              "--sallyport.http.port=" + settings.httpPort(),
              "--sallyport.https.hsts.max-age=300s",
              "--sallyport.https.hsts.include-sub-domains=false",
              "--sallyport.tls.certificate=" + state.resolve("pki/gateway.pem"),
              "--sallyport.tls.key=" + state.resolve("pki/gateway.key"),
              "--sallyport.zone=a",
              "--sallyport.audit.file=" + state.resolve("audit.jsonl"),
              "--sallyport.management.token-hash=$2b$hash",
              "--management.server.port=" + settings.managementPort(),
              "--management.server.address=127.0.0.1",
              "--spring.ssl.bundle.pem.development-ca.truststore.certificate="
                  + state.resolve("pki/ca.pem").toUri());
    }
  }

  @Test
  void sixBackendsAnswerInThreeZonesAndTheBundleNamesThem() throws Exception {
    try (var demo = start()) {
      var backends = demo.zones().backends();
      assertThat(backends)
          .extracting(DemoBackend::instance)
          .containsExactly("a1", "a2", "b1", "b2", "c1", "c2");
      var routes = Files.readString(state.resolve("bundle/routes/orders.yaml"));
      for (DemoBackend backend : backends) {
        connects(backend.address());
        var address = backend.address();
        assertThat(routes)
            .contains(
                "{ address: \"%s:%d\", zone: %s }"
                    .formatted(
                        address.getAddress().getHostAddress(), address.getPort(), backend.zone()));
      }
      assertThat(routes).doesNotContain(":9001");
      assertThat(Files.readString(state.resolve("bundle/policies/orders.yaml")))
          .contains("issuer: " + demo.issuer().issuer() + "\n")
          .contains("url: " + demo.issuer().keySet() + ",")
          .doesNotContain("9444");
      for (String same : List.of("data/lists.yaml", "tests/orders.yaml")) {
        assertThat(state.resolve("bundle").resolve(same))
            .hasSameTextualContentAs(SHIPPED.resolve(same));
      }
    }
  }

  @Test
  void withTheStandardPortsTheShippedBundleItselfIsServed() throws Exception {
    var standard = DemoNetwork.BY_ADDRESS.places(DemoSettings.BACKEND_PORT);
    var addresses = new HashMap<String, String>();
    standard.forEach(place -> addresses.put(place.address(), place.address()));

    assertThat(DemoBundle.prepare(SHIPPED, addresses, folder.resolve("copy"))).isEqualTo(SHIPPED);
    assertThat(folder.resolve("copy")).doesNotExist();
  }

  @Test
  void theAuthorityIsKeptAndTheCertificateIsNewAtEveryStart() throws Exception {
    start().close();
    var authority = Files.readString(state.resolve("pki/ca.pem"));
    var certificate = Files.readString(state.resolve("pki/gateway.pem"));

    start().close();

    assertThat(state.resolve("pki/ca.pem")).hasContent(authority);
    assertThat(Files.readString(state.resolve("pki/gateway.pem"))).isNotEqualTo(certificate);
    Pem.certificates(state.resolve("pki/gateway.pem"))
        .getFirst()
        .verify(DevelopmentCa.load(state.resolve("pki")).certificate().getPublicKey());
  }

  @Test
  void whatItKeepsIsForItsOwnerOnly() throws Exception {
    try (var demo = start()) {
      assertThat(demo.welcome()).isNotEmpty();
      assertThat(permissions(state)).isEqualTo("rwx------");
      assertThat(permissions(state.resolve("control"))).isEqualTo("rw-------");
      assertThat(permissions(state.resolve("pki/ca.key"))).isEqualTo("rw-------");
      assertThat(permissions(state.resolve("pki/gateway.key"))).isEqualTo("rw-------");
    }
  }

  @Test
  void theWelcomeHasThreeCommandsWithAWholeTokenThatTheBundleAccepts() throws Exception {
    try (var demo = start()) {
      var commands =
          demo.welcome()
              .lines()
              .map(String::strip)
              .filter(line -> line.startsWith("curl"))
              .toList();
      assertThat(commands).hasSize(4);
      var url = "'https://localhost:" + settings.httpsPort() + "/orders?tenant=";
      assertThat(commands.get(0)).endsWith(url + "acme'").contains(" -H 'Authorization: Bearer ");
      assertThat(commands.get(1)).endsWith(url + "globex'").contains(" -H 'Authorization: Bearer ");
      assertThat(commands.get(2)).endsWith(url + "acme'").doesNotContain("Bearer");
      assertThat(commands.get(3))
          .contains("Bearer open-sesame")
          .contains(":" + settings.managementPort() + "/");
      assertThat(commands)
          .allSatisfy(
              command ->
                  assertThat(command).startsWith("curl --cacert " + state.resolve("pki/ca.pem")));
      var matcher = Pattern.compile("Bearer ([^']+)'").matcher(commands.getFirst());
      assertThat(matcher.find()).isTrue();
      var claims = SignedJWT.parse(matcher.group(1)).getJWTClaimsSet();
      assertThat(claims.getSubject()).isEqualTo("alice");
      assertThat(claims.getIssuer()).isEqualTo(demo.issuer().issuer());
      assertThat(
              Duration.between(
                  claims.getIssueTime().toInstant(), claims.getExpirationTime().toInstant()))
          .isEqualTo(Person.LIFETIME);
      assertThat(Files.readString(SHIPPED.resolve("policies/orders.yaml")))
          .contains("maxLifetime: " + Person.LIFETIME.toHours() + "h");
      assertThat(demo.welcome())
          .contains("./sallyport demo zone b down", state.resolve("audit.jsonl").toString());
    }
  }

  @Test
  void anotherProcessTakesAZoneDownAndUp() throws Exception {
    try (var demo = start()) {
      var running = new RunningDemo(state);
      var backend = demo.zones().backends().get(2);

      assertThat(running.zone("b", ZoneWish.DOWN).lines())
          .hasSize(2)
          .allMatch(line -> line.startsWith("zone b") && line.contains(" down "));
      assertThatThrownBy(() -> connects(backend.address())).isInstanceOf(IOException.class);
      assertThat(running.zone("a", ZoneWish.STATUS)).contains(" up ").doesNotContain("down");

      assertThat(running.zone("b", ZoneWish.UP)).contains(" up ").doesNotContain("down");
      connects(backend.address());
      assertThatThrownBy(() -> running.zone("d", ZoneWish.DOWN))
          .hasMessage("there is no zone 'd'; there are a, b, c");
    }
  }

  @Test
  void anotherProcessGetsAToken() throws Exception {
    try (var demo = start()) {
      var token = SignedJWT.parse(new RunningDemo(state).token("bob"));

      assertThat(token.getJWTClaimsSet().getSubject()).isEqualTo("bob");
      assertThat(token.getJWTClaimsSet().getIssuer()).isEqualTo(demo.issuer().issuer());
      assertThatThrownBy(() -> new RunningDemo(state).token("mallory"))
          .isInstanceOf(DemoProblem.class)
          .hasMessage("nobody is called 'mallory'; alice and bob are");
      assertThatThrownBy(() -> new RunningDemo(state).token("../x"))
          .isInstanceOf(DemoProblem.class);
    }
  }

  @Test
  void whoDoesNotKnowTheSecretIsNotObeyed() throws Exception {
    try (var demo = start()) {
      var file = state.resolve("control");
      var control = Files.readString(file);
      Files.writeString(file, control.split(" ")[0] + " " + "0".repeat(64) + "\n");

      assertThatThrownBy(() -> new RunningDemo(state).zone("b", ZoneWish.DOWN))
          .hasMessage("the secret is not that of the demo that runs");
      assertThat(demo.zones().backends()).allMatch(DemoBackend::isUp);
    }
  }

  @Test
  void whereNoDemoRunsThatIsSaid() throws Exception {
    assertThatThrownBy(() -> new RunningDemo(state).zone("b", ZoneWish.DOWN))
        .hasMessage("no demo is running here; start one: ./sallyport demo");

    start().close();
    assertThatThrownBy(() -> new RunningDemo(state).zone("b", ZoneWish.DOWN))
        .hasMessage("no demo is running here; start one: ./sallyport demo");

    Files.writeString(
        state.resolve("control"), freePorts(1).getFirst() + " " + "0".repeat(64) + "\n");
    assertThatThrownBy(() -> new RunningDemo(state).zone("b", ZoneWish.DOWN))
        .hasMessage("the demo of this folder has ended; start one: ./sallyport demo");
  }

  @Test
  void aTakenPortIsNamedWithTheOptionThatChangesItAndNothingIsLeftRunning() throws Exception {
    var options = List.of("--https-port", "--http-port", "--management-port", "--issuer-port");
    var ports =
        List.of(
            settings.httpsPort(),
            settings.httpPort(),
            settings.managementPort(),
            settings.issuerPort());
    for (int i = 0; i < options.size(); i++) {
      try (var other = new ServerSocket(ports.get(i), 1, InetAddress.ofLiteral("127.0.0.1"))) {
        assertThatThrownBy(this::start)
            .isInstanceOf(DemoProblem.class)
            .hasMessage(
                "port "
                    + other.getLocalPort()
                    + " cannot be had; "
                    + options.get(i)
                    + " takes another");
      }
    }
    var last = DemoNetwork.here().places(settings.backendPort()).getLast();
    try (var other = new ServerSocket(last.port(), 1, InetAddress.ofLiteral(last.host()))) {
      assertThatThrownBy(this::start)
          .hasMessage(
              "port " + other.getLocalPort() + " cannot be had; --backend-port takes another");
    }
    assertThat(gateway.settings).isEmpty();
    assertEverythingEnded();
  }

  @Test
  void whenTheGatewayDoesNotStartEverythingElseEnds() {
    var refused = new IllegalStateException("no");

    assertThatThrownBy(
            () ->
                Demo.start(
                        settings,
                        OPERATOR,
                        properties -> {
                          throw refused;
                        })
                    .close())
        .isSameAs(refused);
    assertEverythingEnded();
    assertThat(state.resolve("control")).doesNotExist();
  }

  @Test
  void theGatewayEndsBeforeTheBackends() throws Exception {
    var demo = start();
    var backends = demo.zones().backends();
    gateway.onClose = () -> assertThat(backends).allMatch(DemoBackend::isUp);

    demo.close();
    demo.close();

    assertThat(gateway.closed).isEqualTo(1);
    assertEverythingEnded();
  }

  @Test
  void anAuthorityThatIsBrokenIsAProblemOfTheDemo() throws Exception {
    Files.createDirectories(state.resolve("pki"));
    Files.writeString(state.resolve("pki/ca.pem"), "broken");

    assertThatThrownBy(this::start)
        .isInstanceOf(DemoProblem.class)
        .hasMessage(state.resolve("pki/ca.pem") + ": no certificate in this file");
  }

  @Test
  void aBundleThatIsNotThereOrNamesOtherAddressesIsAProblem() throws Exception {
    var empty = Files.createDirectories(folder.resolve("other"));
    Files.writeString(empty.resolve("routes.yaml"), "127.0.1.1:90010");
    var change = Map.of("127.0.1.1:9001", "127.0.1.1:7001");

    assertThatThrownBy(() -> DemoBundle.prepare(folder.resolve("no"), change, state))
        .isInstanceOf(DemoProblem.class)
        .hasMessageContaining("the demo's bundle is not at");
    assertThatThrownBy(() -> DemoBundle.prepare(empty, Map.of("10.0.0.1:1", "10.0.0.2:2"), state))
        .hasMessage(empty + ": does not name 10.0.0.1:1");
  }

  @Test
  void portsMakeSense() {
    assertThatThrownBy(() -> new DemoSettings(state, SHIPPED, 8443, 8443, 9443, 9001, 9444))
        .hasMessageContaining("one server only");
    assertThatThrownBy(() -> new DemoSettings(state, SHIPPED, 0, 8080, 9443, 9001, 9444))
        .hasMessageContaining("--https-port: 0");
    assertThatThrownBy(() -> new DemoSettings(state, SHIPPED, 8443, -1, 9443, 9001, 9444))
        .hasMessageContaining("--http-port: -1");
    assertThatThrownBy(() -> new DemoSettings(state, SHIPPED, 8443, 0, 9443, 65_533, 9444))
        .hasMessageContaining("--backend-port");
    assertThatCode(() -> new DemoSettings(state, SHIPPED, 8443, 0, 9443, 9001, 9444))
        .doesNotThrowAnyException();
  }

  @Test
  void whereThereIsOneLoopbackAddressOnlyTheBackendsDifferByPort() {
    assertThat(DemoNetwork.BY_PORT.places(7000))
        .extracting(DemoNetwork.Place::address)
        .containsExactly(
            "127.0.0.1:7000",
            "127.0.0.1:7001",
            "127.0.0.1:7002",
            "127.0.0.1:7003",
            "127.0.0.1:7004",
            "127.0.0.1:7005");
    assertThat(DemoNetwork.BY_ADDRESS.places(7000))
        .extracting(DemoNetwork.Place::address)
        .containsExactly(
            "127.0.1.1:7000",
            "127.0.1.2:7000",
            "127.0.2.1:7000",
            "127.0.2.2:7000",
            "127.0.3.1:7000",
            "127.0.3.2:7000");
  }

  private Demo start() throws DemoProblem {
    return Demo.start(settings, OPERATOR, gateway);
  }

  private void assertEverythingEnded() {
    var backends =
        DemoNetwork.here().places(settings.backendPort()).stream()
            .map(DemoNetwork.Place::socketAddress);
    var issuer = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), settings.issuerPort());
    assertThat(Stream.concat(backends, Stream.of(issuer)))
        .allSatisfy(
            address -> assertThatThrownBy(() -> connects(address)).isInstanceOf(IOException.class));
  }

  private static void connects(InetSocketAddress address) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(address, 2000);
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static List<Integer> freePorts(int count) throws IOException {
    var sockets = new ArrayList<ServerSocket>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  /// Remembers what it was told.
  private static final class FakeGateway implements GatewayProcess {
    private List<String> settings = List.of();
    private Runnable onClose = () -> {};
    private int closed;

    @Override
    public Running start(List<String> settings) {
      this.settings = settings;
      return () -> {
        onClose.run();
        closed++;
      };
    }
  }
}
