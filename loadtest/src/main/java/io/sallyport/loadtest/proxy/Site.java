package io.sallyport.loadtest.proxy;

import io.sallyport.pki.DevelopmentCa;
import io.sallyport.pki.ServerCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;

/// What all proxies of a run share: a folder, a certificate, tokens, the ports of the backend. Made
/// anew for each run; nothing of it is worth keeping.
///
/// @param client trusts the certificate, and no other
/// @param backendPort HTTP/1.1 in clear
/// @param backendH2cPort HTTP/2 in clear, prior knowledge
/// @param countPort answers to a request whose body has been read by the port before
/// @param redisPort 0 while there is none
public record Site(
    Path folder,
    ServerCertificate.Files certificate,
    SSLContext client,
    TokenMint mint,
    int backendPort,
    int backendH2cPort,
    int countPort,
    int redisPort) {
  public static final int SMALL = 1024;
  public static final int LARGE = 64 * 1024;
  public static final int MANY_ROUTES = 10_000;
  public static final int MANY_POLICIES = 1_000;
  public static final int MANY_TOKENS = 100_000;

  public static Site make(Path folder) throws Exception {
    DevelopmentCa ca = DevelopmentCa.create(Duration.ofDays(2));
    ServerCertificate server =
        ca.issue("localhost", List.of("localhost", "127.0.0.1"), Duration.ofDays(1));
    Site site =
        new Site(
            folder,
            server.writePem(folder.resolve("tls"), "localhost"),
            ca.clientContext(),
            new TokenMint(),
            freePort(),
            freePort(),
            freePort(),
            freePort());
    for (Service service : Service.values()) {
      site.write("www/" + service.folder() + "/1k", "x".repeat(SMALL));
      site.write("www/" + service.folder() + "/64k", "x".repeat(LARGE));
    }
    site.write("upload", "x".repeat(LARGE));
    site.write("keys.json", site.mint().keySet());
    return site;
  }

  /// A file of 64 KiB to send.
  public Path upload() {
    return folder.resolve("upload");
  }

  Path keySet() {
    return folder.resolve("keys.json");
  }

  /// The paths of a service that has as many, `/SERVICE/0` and so on.
  public static List<String> numbered(Service service, int count) {
    return IntStream.range(0, count).mapToObj(n -> "/" + service.folder() + "/" + n).toList();
  }

  /// Writes a file of the run's folder.
  public Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    return Files.writeString(file, text);
  }

  /// A port that was free a moment ago.
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
