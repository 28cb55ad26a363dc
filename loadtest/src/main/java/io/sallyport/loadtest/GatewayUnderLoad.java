package io.sallyport.loadtest;

import io.sallyport.loadtest.measure.H2Load;
import io.sallyport.loadtest.measure.H2LoadOutput;
import io.sallyport.loadtest.measure.Usage;
import io.sallyport.loadtest.process.Cores;
import io.sallyport.loadtest.process.Ended;
import io.sallyport.loadtest.process.Started;
import io.sallyport.loadtest.proxy.Backend;
import io.sallyport.loadtest.proxy.Running;
import io.sallyport.loadtest.proxy.Sallyport;
import io.sallyport.loadtest.proxy.Setup;
import io.sallyport.loadtest.proxy.Site;
import io.sallyport.loadtest.proxy.Variant;
import io.sallyport.loadtest.work.Credential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/// A gateway with every check on and the backend behind it, each pinned to a core, that a profile
/// looks at while load is sent. What `loadtest/profile` uses of the comparison's parts, it uses
/// here.
final class GatewayUnderLoad implements AutoCloseable {
  private static final Cores CORES = new Cores(0, 1);
  private static final Duration READY = Duration.ofMinutes(2);
  private static final Duration ROUND = Duration.ofMinutes(3);
  private static final int CONNECTIONS = 32;
  private static final int STREAMS = 8;

  private final Site site;
  private final Started started;
  private final Running gateway;

  /// What one round came to.
  record Round(double cpuMicrosPerRequest, double requestsPerSecond) {}

  private GatewayUnderLoad(Site site, Started started, Running gateway) {
    this.site = site;
    this.started = started;
    this.gateway = gateway;
  }

  static GatewayUnderLoad start(Path launcher, Variant variant) throws Exception {
    Site site = Site.make(Files.createTempDirectory("sallyport-profile"));
    var started = new Started(site.folder());
    try {
      started.serve("backend", Cores.pinned(CORES.onOther(), Backend.command(site)));
      var setup = new Setup(variant, CORES.onProxy(), 1);
      var gateway =
          new GatewayUnderLoad(
              site, started, new Sallyport(launcher, site.folder()).start(site, setup, started));
      Runtime.getRuntime().addShutdownHook(new Thread(gateway::close));
      gateway.awaitReady();
      return gateway;
    } catch (Exception e) {
      started.close();
      throw e;
    }
  }

  private void awaitReady() throws Exception {
    long end = System.nanoTime() + READY.toNanos();
    while (!gateway.listens()) {
      if (!gateway.process().isAlive() || System.nanoTime() > end) {
        throw new IOException("the gateway did not start:\n" + started.said(gateway.name()));
      }
      Thread.sleep(50);
    }
  }

  /// The JVM's process: the launcher becomes it.
  long pid() {
    return gateway.process().pid();
  }

  /// Sends so many requests and waits for their answers; one that is not answered 2xx makes the
  /// round worthless, so it is an error.
  Round send(ProfiledWork work, int requests) throws Exception {
    var load =
        new H2Load(
            gateway.port(work.service()),
            "localhost",
            work.protocol(),
            "/" + work.service().folder() + work.path(),
            null,
            requests,
            CONNECTIONS,
            STREAMS,
            null,
            Credential.GOOD.token(site.mint()));
    Usage before = gateway.usage();
    Ended ended = started.run(Cores.pinned(CORES.onOther(), load.command()), ROUND);
    double seconds = gateway.usage().secondsSince(before);
    if (!ended.well()) {
      throw new IOException("h2load: " + ended.firstLine());
    }
    H2LoadOutput seen = H2LoadOutput.parse(ended.output());
    if (seen.answers2xx() != requests) {
      throw new IOException("not every request was answered 2xx: " + seen);
    }
    return new Round(seconds * 1e6 / requests, seen.requestsPerSecond());
  }

  /// Ends both processes and removes their folder; may be called again.
  @Override
  public synchronized void close() {
    started.close();
    if (!Files.exists(site.folder())) {
      return;
    }
    try (Stream<Path> files = Files.walk(site.folder())) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      System.err.println("left behind: " + site.folder());
    }
  }
}
