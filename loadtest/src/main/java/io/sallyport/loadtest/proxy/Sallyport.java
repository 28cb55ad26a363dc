package io.sallyport.loadtest.proxy;

import io.sallyport.loadtest.process.Cores;
import io.sallyport.loadtest.process.Ended;
import io.sallyport.loadtest.process.Started;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Sallyport by its launcher, with the JVM options that ship. One port for all services: each is a
/// route, or many, of one bundle.
public final class Sallyport implements ProxyKind {
  private static final Duration CHECKING = Duration.ofMinutes(2);
  private static final Set<Service> H2C = EnumSet.of(Service.H2C_BARE, Service.H2C_CHECKS);

  private final Path launcher;
  private final Path folder;
  private String noH2c = "";

  /// @param launcher `sallyport` of the repository
  /// @param folder where a bundle may be written to try it
  public Sallyport(Path launcher, Path folder) {
    this.launcher = launcher;
    this.folder = folder;
  }

  @Override
  public String name() {
    return "sallyport";
  }

  @Override
  public Look look(Started started) throws InterruptedException {
    Look look = Versions.ask(started, "(\\S.*)", launcher.toString(), "version");
    if (look instanceof Look.Found) {
      noH2c = tryH2c(started);
    }
    return look;
  }

  /// HTTP/2 to the backend may not be built: a bundle that says so is then refused.
  private String tryH2c(Started started) throws InterruptedException {
    try {
      Path bundle = folder.resolve("try-h2c");
      SallyportBundle.withH2cOnly().write(bundle);
      Ended ended = started.run(List.of(launcher.toString(), "check", bundle.toString()), CHECKING);
      return ended.well() ? "" : "Sallyport refuses the bundle: " + ended.firstLine();
    } catch (IOException e) {
      return "Sallyport does not check a bundle: " + e.getMessage();
    }
  }

  @Override
  public Set<Service> services(Setup setup) {
    return switch (setup.variant()) {
      case PLAIN -> {
        Set<Service> all = EnumSet.of(Service.BARE, Service.CHECKS);
        if (noH2c.isEmpty()) {
          all.addAll(H2C);
        }
        yield all;
      }
      case FILTERED -> EnumSet.of(Service.FILTERED);
      case LARGE ->
          EnumSet.of(Service.CHECKS, Service.ONE_ROUTE, Service.MANY_ROUTES, Service.MANY_POLICIES);
      case REDIS -> EnumSet.of(Service.CHECKS, Service.UNLIMITED);
    };
  }

  @Override
  public String gap(Service service) {
    return H2C.contains(service) ? noH2c : "";
  }

  @Override
  public Running start(Site site, Setup setup, Started started) throws IOException {
    int port = Site.freePort();
    String name = "sallyport-" + port;
    Path bundle = site.folder().resolve(name + "-bundle");
    Path audit = site.folder().resolve(name + "-audit.jsonl");
    SallyportBundle.of(site, services(setup)).write(bundle);
    List<String> command =
        new ArrayList<>(
            List.of(
                launcher.toString(),
                "run",
                "--bundle",
                bundle.toString(),
                "--sallyport.https.port=" + port,
                "--sallyport.http.port=0",
                "--sallyport.bind-address=127.0.0.1",
                "--sallyport.event-loops=" + setup.workers(),
                "--sallyport.zone=a",
                "--sallyport.tls.certificate=" + site.certificate().certificate(),
                "--sallyport.tls.key=" + site.certificate().key(),
                "--sallyport.audit.file=" + audit,
                "--sallyport.drain.timeout=1s",
                "--management.server.port=" + Site.freePort()));
    command.addAll(raised(setup.variant()));
    if (setup.variant() == Variant.REDIS) {
      command.add("--sallyport.redis.uri=redis://127.0.0.1:" + site.redisPort());
    }
    Process process = started.serve(name, Cores.pinned(setup.cores(), command));
    Map<Service, Integer> ports = new HashMap<>();
    services(setup).forEach(service -> ports.put(service, port));
    return new Running(this, name, process, ports, List.of(audit));
  }

  /// Settings that bound what one client may cause: here one client is all there is. A signature
  /// check is otherwise refused before it is made, and a refused one costs nothing.
  public static List<String> raised(Variant variant) {
    List<String> raised =
        new ArrayList<>(
            List.of(
                "--sallyport.tokens.checks-per-connection=1000000",
                "--sallyport.tokens.checks-per-source=1000000",
                "--sallyport.tokens.checks-in-all=1000000",
                "--sallyport.bounds.connections-per-source=20000"));
    if (variant == Variant.LARGE) {
      raised.add("--sallyport.tokens.cache-size=512MB");
    }
    return raised;
  }

  @Override
  public double pace() {
    return 1;
  }

  @Override
  public boolean compilesAsItRuns() {
    return true;
  }
}
