package io.sallyport.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.sallyport.pki.RsaCertificate;
import io.sallyport.wire.TlsProvider;
import io.sallyport.wire.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What a client can agree on with the listener, and what not, with either TLS provider.
final class TlsTest {
  private static final int ECDSA_AES_128_GCM = 0xc02b;
  private static final int X25519MLKEM768 = 0x11ec;
  private static final int X25519 = 0x1d;
  private static final int P256 = 0x17;
  private static final int P384 = 0x18;
  private static final int P521 = 0x19;
  private static final int X448 = 0x1e;
  private static final int FFDHE2048 = 0x100;
  private static final int NULL = 0;
  private static final int DEFLATE = 1;

  /// With elliptic curves, AEAD and an ephemeral key: AES-256-GCM, ChaCha20-Poly1305, AES-128-GCM.
  private static final List<Integer> ECDSA_SUITES = List.of(0xc02c, 0xcca9, ECDSA_AES_128_GCM);

  private static final List<Integer> RSA_SUITES = List.of(0xc030, 0xcca8, 0xc02f);
  private static final List<Integer> TLS13_SUITES = List.of(0x1302, 0x1303, 0x1301);

  private static final Map<TlsProvider, Rig> RIGS = new EnumMap<>(TlsProvider.class);

  @BeforeAll
  static void start() {
    var made = RsaCertificate.create("rsa.test");
    var rsa = new CertifiedKey(made.chain(), made.key());
    for (TlsProvider provider : TlsProvider.values()) {
      RIGS.put(provider, Rig.start(provider, List.of(Rig.LOCALHOST, Rig.OTHER, rsa)));
    }
  }

  @AfterAll
  static void stop() {
    RIGS.values().forEach(Rig::close);
  }

  private static Rig rig(TlsProvider provider) {
    return Objects.requireNonNull(RIGS.get(provider));
  }

  private static ClientHello.Reply send(TlsProvider provider, ClientHello hello)
      throws IOException {
    return hello.send(rig(provider).listener.httpsPort());
  }

  private static ClientHello hello(String serverName, int version, List<Integer> suites) {
    return new ClientHello(serverName, version, suites, List.of(X25519, P256), List.of(NULL));
  }

  private static ClientHello helloWithGroups(int version, Integer... groups) {
    // In TLS 1.2 an ECDSA certificate needs its own curve among the groups, an RSA one needs none.
    return version == ClientHello.TLS13
        ? new ClientHello("localhost", version, TLS13_SUITES, List.of(groups), List.of(NULL))
        : new ClientHello("rsa.test", version, RSA_SUITES, List.of(groups), List.of(NULL));
  }

  private static void assertRefused(ClientHello.Reply reply) {
    assertThat(reply).isNotInstanceOf(ClientHello.Reply.Agreed.class);
  }

  @ParameterizedTest
  @EnumSource
  void versionsBefore12AreRefused(TlsProvider provider) throws IOException {
    for (int version : new int[] {ClientHello.SSL3, ClientHello.TLS10, ClientHello.TLS11}) {
      var suites = List.of(0xc009, 0xc00a, ECDSA_AES_128_GCM);

      assertThat(send(provider, hello("localhost", version, suites)))
          .isEqualTo(new ClientHello.Reply.Alert(70)); // protocol_version
    }
  }

  static Stream<Arguments> goodSuites() {
    return Stream.of(TlsProvider.values())
        .flatMap(
            provider ->
                Stream.of(
                    arguments(provider, "localhost", ClientHello.TLS12, ECDSA_SUITES),
                    arguments(provider, "rsa.test", ClientHello.TLS12, RSA_SUITES),
                    arguments(provider, "localhost", ClientHello.TLS13, TLS13_SUITES)));
  }

  @ParameterizedTest
  @MethodSource("goodSuites")
  void eachGoodSuiteIsTaken(
      TlsProvider provider, String serverName, int version, List<Integer> suites)
      throws IOException {
    for (int suite : suites) {
      assertThat(send(provider, hello(serverName, version, List.of(suite))))
          .isInstanceOfSatisfying(
              ClientHello.Reply.Agreed.class,
              agreed -> {
                assertThat(agreed.version()).isEqualTo(version);
                assertThat(agreed.suite()).isEqualTo(suite);
              });
    }
  }

  @ParameterizedTest
  @EnumSource
  void suitesWithRsaKeyExchangeOrCbcOrFiniteFieldsAreRefused(TlsProvider provider)
      throws IOException {
    var keyExchangeByRsa = List.of(0x009c, 0x009d, 0x002f, 0x0035, 0x003c, 0x000a, 0x0005);
    var cbcWithRsa = List.of(0xc013, 0xc014, 0xc027, 0xc028, 0xc012);
    var finiteField = List.of(0x009e, 0x009f, 0xccaa, 0x0033);
    for (var suites : List.of(keyExchangeByRsa, cbcWithRsa, finiteField)) {
      assertRefused(send(provider, hello("rsa.test", ClientHello.TLS12, suites)));
    }
    var cbcWithEcdsa = List.of(0xc009, 0xc00a, 0xc023, 0xc024);
    assertRefused(send(provider, hello("localhost", ClientHello.TLS12, cbcWithEcdsa)));
    var ccm = List.of(0x1304, 0x1305);
    assertRefused(send(provider, hello("localhost", ClientHello.TLS13, ccm)));
  }

  @ParameterizedTest
  @EnumSource
  void eachGoodGroupIsTakenAndTheOthersAreRefused(TlsProvider provider) throws IOException {
    var good =
        provider.postQuantum()
            ? List.of(X25519MLKEM768, X25519, P256, P384)
            : List.of(X25519, P256, P384);
    for (int group : good) {
      assertThat(send(provider, helloWithGroups(ClientHello.TLS13, group)))
          .isInstanceOfSatisfying(
              ClientHello.Reply.Agreed.class,
              agreed -> assertThat(agreed.group()).isEqualTo(group));
      if (group != X25519MLKEM768) {
        assertThat(send(provider, helloWithGroups(ClientHello.TLS12, group)))
            .isInstanceOf(ClientHello.Reply.Agreed.class);
      }
    }
    for (int group : new int[] {P521, X448, FFDHE2048}) {
      assertRefused(send(provider, helloWithGroups(ClientHello.TLS13, group)));
      assertRefused(send(provider, helloWithGroups(ClientHello.TLS12, group)));
    }
  }

  @Test
  void theGroupThatWithstandsAQuantumComputerIsPreferred() throws IOException {
    var hello = helloWithGroups(ClientHello.TLS13, P384, P256, X25519, X25519MLKEM768);

    assertThat(send(TlsProvider.BORINGSSL, hello))
        .isInstanceOfSatisfying(
            ClientHello.Reply.Agreed.class,
            agreed -> assertThat(agreed.group()).isEqualTo(X25519MLKEM768));
  }

  @ParameterizedTest
  @CsvSource({"X25519MLKEM768,true", "X25519,true", "P-256,true", "P-384,true", "P-521,false"})
  void aClientWithOneGroupFinishesItsHandshakeIfThatGroupIsGood(String group, boolean taken)
      throws Exception {
    assertThat(OpenSsl.isAvailable()).isTrue();
    var context =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.OPENSSL)
            .trustManager(Rig.CA.certificate())
            .option(OpenSslContextOption.GROUPS, new String[] {group})
            .build();
    try (var transport = Transport.start(1, "tls-client")) {
      var channel =
          new Bootstrap()
              .group(transport.eventLoops())
              .channel(transport.clientChannel())
              .handler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel connecting) {
                      connecting
                          .pipeline()
                          .addLast(context.newHandler(connecting.alloc(), "localhost", 0));
                    }
                  })
              .connect(
                  InetAddress.getLoopbackAddress(), rig(TlsProvider.BORINGSSL).listener.httpsPort())
              .sync()
              .channel();
      var handshake = channel.pipeline().get(SslHandler.class).handshakeFuture().await();

      assertThat(handshake.isSuccess()).isEqualTo(taken);
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsCompressed(TlsProvider provider) throws IOException {
    var willing =
        new ClientHello(
            "localhost",
            ClientHello.TLS12,
            ECDSA_SUITES,
            List.of(X25519, P256),
            List.of(DEFLATE, NULL));

    assertThat(send(provider, willing))
        .isInstanceOfSatisfying(
            ClientHello.Reply.Agreed.class,
            agreed -> assertThat(agreed.compression()).isEqualTo(NULL));
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsNegotiatedAgain(TlsProvider provider) throws IOException {
    try (var socket =
        rig(provider).connectWith("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")) {
      assertThatThrownBy(
              () -> {
                socket.startHandshake();
                new H1Client(socket).get("/");
              })
          .isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theProtocolIsNegotiatedAndHttp2IsPreferred(TlsProvider provider) throws IOException {
    var rig = rig(provider);
    for (var offered :
        List.of(List.of("h2"), List.of("h2", "http/1.1"), List.of("http/1.1", "h2"))) {
      try (var socket = rig.connect(offered.toArray(String[]::new));
          var client = new H2Client(socket)) {
        assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
        assertThat(client.get(1, "/").answer(1).status()).hasToString("200");
      }
    }
    for (String[] offered : new String[][] {{"http/1.1"}, {}}) {
      try (var socket = rig.connect(offered);
          var client = new H1Client(socket)) {
        assertThat(socket.getApplicationProtocol()).isEqualTo(String.join("", offered));
        assertThat(client.get("/").status()).isEqualTo(200);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theServerNameChoosesTheCertificate(TlsProvider provider) throws IOException {
    for (var row :
        Map.of(
                "localhost", "localhost",
                "other.test", "other.test",
                "OTHER.test", "other.test",
                "deep.wild.test", "other.test",
                "two.deep.wild.test", "localhost",
                "nobody.test", "localhost")
            .entrySet()) {
      try (var socket = rig(provider).connectTo(row.getKey())) {
        assertThat(socket.getSession().getPeerPrincipal().getName())
            .as(row.getKey())
            .contains(row.getValue());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStreamForAHostOfAnotherCertificateIsSeenAsSuch(TlsProvider provider) throws IOException {
    try (var client = new H2Client(rig(provider).connectTo("other.test", "h2"))) {
      for (var row :
          Map.of("other.test", "200", "a.wild.test", "200", "localhost", "421").entrySet()) {
        int stream = client.nextStream();
        client.headers(
            stream,
            true,
            ":method=GET",
            ":scheme=https",
            ":path=/certified",
            ":authority=" + row.getKey());

        assertThat(client.answer(stream).status()).as(row.getKey()).hasToString(row.getValue());
      }
    }
  }
}
