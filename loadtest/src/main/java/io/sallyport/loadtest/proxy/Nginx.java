package io.sallyport.loadtest.proxy;

import io.sallyport.loadtest.process.Cores;
import io.sallyport.loadtest.process.Started;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// nginx as a bare TLS proxy: no checks, no log, connections to the backend kept.
public record Nginx() implements ProxyKind {

  @Override
  public String name() {
    return "nginx";
  }

  @Override
  public Look look(Started started) throws InterruptedException {
    return Versions.ask(started, "nginx/([\\d.]+)", "nginx", "-v");
  }

  @Override
  public Set<Service> services(Setup setup) {
    return setup.variant() == Variant.PLAIN ? Set.of(Service.BARE) : Set.of();
  }

  @Override
  public String gap(Service service) {
    return "";
  }

  @Override
  public Running start(Site site, Setup setup, Started started) throws IOException {
    int port = Site.freePort();
    String name = "nginx-" + port;
    String server =
        """
        upstream backend { server 127.0.0.1:%1$d; keepalive 512; keepalive_requests 1000000000; }
        server {
          listen 127.0.0.1:%2$d ssl http2;
          http2_max_concurrent_streams 256;
          ssl_certificate %3$s;
          ssl_certificate_key %4$s;
          ssl_protocols TLSv1.2 TLSv1.3;
          client_max_body_size 1m;
          client_body_buffer_size 128k;
          location / {
            proxy_pass http://backend;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host;
          }
        }
        """
            .formatted(
                site.backendPort(),
                port,
                site.certificate().certificate(),
                site.certificate().key());
    String configuration = frame(site, name).formatted(setup.workers(), server);
    Process process =
        started.serve(
            name,
            Cores.pinned(
                setup.cores(),
                List.of("nginx", "-c", site.write(name + ".conf", configuration).toString())));
    return new Running(this, name, process, Map.of(Service.BARE, port), List.of());
  }

  @Override
  public double pace() {
    return 1;
  }

  @Override
  public boolean compilesAsItRuns() {
    return false;
  }

  /// What every configuration of nginx begins with; open: the number of workers, and what is
  /// served.
  static String frame(Site site, String name) {
    return """
    user root;
    worker_processes %%s;
    worker_rlimit_nofile 20000;
    daemon off;
    pid %1$s/%2$s.pid;
    error_log %1$s/%2$s-error.log;
    events { worker_connections 8192; }
    http {
      access_log off;
      keepalive_requests 1000000000;
      client_body_temp_path %1$s/%2$s-body;
      proxy_temp_path %1$s/%2$s-proxy;
      fastcgi_temp_path %1$s/%2$s-f; uwsgi_temp_path %1$s/%2$s-u; scgi_temp_path %1$s/%2$s-s;
      %%s
    }
    """
        .formatted(site.folder(), name);
  }
}
