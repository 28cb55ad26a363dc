package io.sallyport.loadtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A gateway with every check on and the backend behind it, each pinned to a core, that a profile
/// looks at while load is sent. What `loadtest/profile` uses of the comparison's parts, it uses
/// here.
final class GatewayUnderLoad implements AutoCloseable {
  private static final int GATEWAY_CORE = 0;
  private static final int OTHER_CORE = 1;

  private final Workplace place;
  private final Proxy backend;
  private final Proxy gateway;

  private GatewayUnderLoad(Workplace place, Proxy backend, Proxy gateway) {
    this.place = place;
    this.backend = backend;
    this.gateway = gateway;
  }

  static GatewayUnderLoad start(Path launcher) throws Exception {
    Workplace place = Workplace.make(Files.createTempDirectory("sallyport-profile"));
    Proxy backend =
        Proxy.start(
            "backend",
            OTHER_CORE,
            place.backendPort(),
            place.folder(),
            List.of("nginx", "-c", place.backendConfiguration().toString()));
    int port = Workplace.freePort();
    Proxy gateway =
        Proxy.start(
            "sallyport", GATEWAY_CORE, port, place.folder(), command(launcher, place, port));
    GatewayUnderLoad started = new GatewayUnderLoad(place, backend, gateway);
    Runtime.getRuntime().addShutdownHook(new Thread(started::close));
    backend.awaitReady(place.folder(), "", Duration.ofSeconds(10));
    gateway.awaitReady(place.folder(), "sallyport ready", Duration.ofMinutes(2));
    return started;
  }

  private static List<String> command(Path launcher, Workplace place, int port) throws IOException {
    return List.of(
        launcher.toString(),
        "run",
        "--bundle",
        place.bundle().toString(),
        "--sallyport.https.port=" + port,
        "--sallyport.http.port=0",
        "--sallyport.bind-address=127.0.0.1",
        "--sallyport.event-loops=1",
        "--sallyport.zone=a",
        "--sallyport.tls.certificate=" + place.certificate().certificate(),
        "--sallyport.tls.key=" + place.certificate().key(),
        "--sallyport.audit.file=" + place.folder().resolve("audit.jsonl"),
        "--management.server.port=" + Workplace.freePort());
  }

  /// The JVM's process: the launcher becomes it.
  long pid() {
    return gateway.process().pid();
  }

  /// Sends so many requests and waits for their answers.
  Load.Round send(ProfiledWork work, int requests) throws Exception {
    return new Load(work.protocol(), work.path(), requests, 32, 8)
        .send(gateway, OTHER_CORE, place.token());
  }

  /// Ends both processes and removes their folder; may be called again.
  @Override
  public synchronized void close() {
    gateway.close();
    backend.close();
    if (!Files.exists(place.folder())) {
      return;
    }
    try (Stream<Path> files = Files.walk(place.folder())) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      System.err.println("left behind: " + place.folder());
    }
  }
}
