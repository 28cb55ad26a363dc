package io.sallyport.loadtest.proxy;

import io.sallyport.loadtest.process.Cores;
import io.sallyport.loadtest.process.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// HAProxy as a bare TLS proxy: no checks, no log, connections to the backend kept and shared.
public record HaProxy() implements ProxyKind {

  @Override
  public String name() {
    return "haproxy";
  }

  @Override
  public Look look(Started started) throws InterruptedException {
    return Versions.ask(started, "version ([\\d.]+)", "haproxy", "-v");
  }

  @Override
  public Set<Service> services(Setup setup) {
    return setup.variant() == Variant.PLAIN ? Set.of(Service.BARE, Service.H2C_BARE) : Set.of();
  }

  @Override
  public String gap(Service service) {
    return "";
  }

  @Override
  public Running start(Site site, Setup setup, Started started) throws IOException {
    int bare = Site.freePort();
    int h2c = Site.freePort();
    String name = "haproxy-" + bare;
    // One file that holds both, certificate first.
    String pem =
        site.write(
                "tls/haproxy.pem",
                Files.readString(site.certificate().certificate())
                    + Files.readString(site.certificate().key()))
            .toString();
    String configuration =
        """
        global
          nbthread %d
          tune.ssl.default-dh-param 2048
        defaults
          mode http
          timeout connect 5s
          timeout client 60s
          timeout server 60s
          http-reuse always
        frontend bare
          bind 127.0.0.1:%d ssl crt %s alpn h2,http/1.1 ssl-min-ver TLSv1.2
          default_backend h1
        frontend h2c
          bind 127.0.0.1:%d ssl crt %s alpn h2,http/1.1 ssl-min-ver TLSv1.2
          default_backend h2c
        backend h1
          server one 127.0.0.1:%d
        backend h2c
          server one 127.0.0.1:%d proto h2
        """
            .formatted(
                setup.workers(), bare, pem, h2c, pem, site.backendPort(), site.backendH2cPort());
    Process process =
        started.serve(
            name,
            Cores.pinned(
                setup.cores(),
                List.of(
                    "haproxy", "-db", "-f", site.write(name + ".cfg", configuration).toString())));
    return new Running(
        this, name, process, Map.of(Service.BARE, bare, Service.H2C_BARE, h2c), List.of());
  }

  @Override
  public double pace() {
    return 1;
  }

  @Override
  public boolean compilesAsItRuns() {
    return false;
  }
}
