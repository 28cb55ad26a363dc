package io.sallyport.listener;

import io.sallyport.pki.DevelopmentCa;
import io.sallyport.pki.ServerCertificate;
import io.sallyport.wire.TlsProvider;
import io.sallyport.wire.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;

/// A real listener on ephemeral ports with a certificate made at run time, and clients for it.
final class Rig implements AutoCloseable {
  static final DevelopmentCa CA = DevelopmentCa.create(Duration.ofDays(1));
  static final CertifiedKey LOCALHOST = certified("localhost", "localhost", "127.0.0.1");
  static final CertifiedKey OTHER = certified("other.test", "other.test", "*.wild.test");

  final FakeEdge edge = new FakeEdge();
  final Transport transport;
  final Certificates certificates;
  final Listener listener;

  private Rig(ListenerSettings settings, TlsProvider provider, List<CertifiedKey> certified) {
    transport = Transport.start(1, "rig");
    certificates = new Certificates(provider, certified);
    listener =
        Listener.start(settings, transport, certificates, edge, host -> host.equals("localhost"));
  }

  static Rig start() {
    return start(settings -> settings);
  }

  static Rig start(UnaryOperator<ListenerSettings> change) {
    return new Rig(
        change.apply(settings(ListenerSettings.Bounds.DEFAULT)),
        TlsProvider.best(),
        List.of(LOCALHOST, OTHER));
  }

  static Rig start(TlsProvider provider, List<CertifiedKey> certified) {
    return new Rig(settings(ListenerSettings.Bounds.DEFAULT), provider, certified);
  }

  static ListenerSettings settings(ListenerSettings.Bounds bounds) {
    return new ListenerSettings(
        InetAddress.getLoopbackAddress(),
        0,
        0,
        OptionalInt.of(0),
        ListenerSettings.Hsts.DEFAULT,
        List.of(),
        bounds);
  }

  /// Time-outs that a test can wait for.
  static ListenerSettings.Bounds hasty() {
    return bounds(Duration.ofMillis(200), 256, 20_000, 1_000, 256L * 1024 * 1024);
  }

  static ListenerSettings.Bounds bounds(
      Duration times, int streams, int connections, int perSource, long inFlight) {
    return new ListenerSettings.Bounds(
        times, times, times, 32 * 1024, 100, 8 * 1024, streams, connections, perSource, inFlight);
  }

  static CertifiedKey certified(String name, String... hosts) {
    ServerCertificate made = CA.issue(name, List.of(hosts), Duration.ofHours(1));
    return new CertifiedKey(made.chain(), made.key());
  }

  /// A TLS connection with the server name `localhost`.
  SSLSocket connect(String... alpn) throws IOException {
    return connectTo("localhost", alpn);
  }

  SSLSocket connectTo(String serverName, String... alpn) throws IOException {
    var plain = new Socket(InetAddress.getLoopbackAddress(), listener.httpsPort());
    var socket =
        (SSLSocket)
            CA.clientContext()
                .getSocketFactory()
                .createSocket(plain, serverName, listener.httpsPort(), true);
    var parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(alpn);
    parameters.setServerNames(List.of(new SNIHostName(serverName)));
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(5_000);
    socket.startHandshake();
    return socket;
  }

  /// A handshake with one protocol and one suite.
  SSLSocket connectWith(String protocol, String suite) throws IOException {
    var socket =
        (SSLSocket)
            CA.clientContext()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), listener.httpsPort());
    socket.setEnabledProtocols(new String[] {protocol});
    socket.setEnabledCipherSuites(new String[] {suite});
    socket.setSoTimeout(5_000);
    socket.startHandshake();
    return socket;
  }

  static ListenerSettings trusting(ListenerSettings.Bounds bounds, List<Network> trusted) {
    var settings = settings(bounds);
    return new ListenerSettings(
        settings.bindAddress(), 0, 0, OptionalInt.of(0), settings.hsts(), trusted, bounds);
  }

  static ListenerSettings promising(ListenerSettings.Hsts hsts) {
    var settings = settings(ListenerSettings.Bounds.DEFAULT);
    return new ListenerSettings(
        settings.bindAddress(), 0, 0, OptionalInt.of(0), hsts, List.of(), settings.bounds());
  }

  H1Client h1() throws IOException {
    return new H1Client(connect());
  }

  static void await(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 500 && !condition.getAsBoolean(); i++) {
      Thread.sleep(10);
    }
    if (!condition.getAsBoolean()) {
      throw new AssertionError("did not happen in time");
    }
  }

  @Override
  public void close() {
    listener.close();
    transport.close();
  }
}
