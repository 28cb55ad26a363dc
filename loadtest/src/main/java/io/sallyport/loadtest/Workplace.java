package io.sallyport.loadtest;

import io.sallyport.demo.DevelopmentIssuer;
import io.sallyport.demo.TokenRequest;
import io.sallyport.pki.DevelopmentCa;
import io.sallyport.pki.ServerCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Everything a run needs on disk: a certificate, a key set and a token signed by it, a bundle with
/// every check on, nginx's configurations, bodies to serve. Made anew for each run; nothing of it
/// is worth keeping.
record Workplace(
    Path folder, ServerCertificate.Files certificate, String token, int backendPort, Path bundle) {

  static Workplace make(Path folder) throws Exception {
    DevelopmentCa ca = DevelopmentCa.create(Duration.ofDays(2));
    ServerCertificate server =
        ca.issue("localhost", List.of("localhost", "127.0.0.1"), Duration.ofDays(1));
    ServerCertificate.Files files = server.writePem(folder.resolve("tls"), "localhost");
    int backendPort = freePort();
    Path bundle = Files.createDirectories(folder.resolve("bundle"));
    String token;
    try (DevelopmentIssuer issuer =
            DevelopmentIssuer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), server);
        HttpClient http = HttpClient.newBuilder().sslContext(ca.clientContext()).build()) {
      token =
          issuer.token(
              new TokenRequest(
                  "alice",
                  "loadtest",
                  List.of("bench:read"),
                  "api://bench",
                  Map.of("tenant", "t1"),
                  Duration.ofHours(2)));
      String keys =
          http.send(
                  HttpRequest.newBuilder(issuer.keySet()).build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      write(bundle.resolve("keys/bench.json"), keys);
      write(bundle.resolve("policies/bench.yaml"), policies(issuer.issuer()));
    }
    write(bundle.resolve("routes/bench.yaml"), routes(backendPort));
    write(folder.resolve("www/1k"), "x".repeat(1024));
    write(folder.resolve("www/64k"), "x".repeat(64 * 1024));
    return new Workplace(folder, files, token, backendPort, bundle);
  }

  /// A policy with a scope and a claim, a limit that is counted and never reached.
  private static String policies(String issuer) {
    return """
    apiVersion: sallyport/v1
    kind: Policies
    identities:
      - id: bench
        jwt:
          issuer: %s
          audiences: [api://bench]
          algorithms: [ES256]
          keys: { file: keys/bench.json }
          types: [at+jwt]
          clockSkew: 30s
          maxLifetime: 3h
          binding: none
    limits:
      - id: per-client
        key: caller.client
        quota: { requests: 60000000, per: 60s, burst: 60000000 }
        storeDown: local-share
    policies:
      - id: bench-read
        authenticate: [bench]
        allow:
          - id: reader
            when: "'bench:read' in caller.scopes && caller.claims.tenant == 't1'"
    """
        .formatted(issuer);
  }

  private static String routes(int backendPort) {
    return """
    apiVersion: sallyport/v1
    kind: Routes
    upstreams:
      - id: bench
        protocol: h1
        endpoints:
          - { address: "127.0.0.1:%d", zone: a }
    routes:
      - id: bench
        match: { host: localhost, path: /**, methods: [GET] }
        policy: bench-read
        limits: [per-client]
        upstream: bench
    """
        .formatted(backendPort);
  }

  /// nginx as a backend: plain HTTP/1.1, keep-alive without end.
  Path backendConfiguration() throws IOException {
    return write(
        folder.resolve("backend.conf"),
        """
        user root;
        worker_processes 1;
        daemon off;
        pid %1$s/backend.pid;
        error_log %1$s/backend-error.log;
        events { worker_connections 4096; }
        http {
          access_log off;
          keepalive_requests 1000000000;
          open_file_cache max=100;
          client_body_temp_path %1$s/backend-body;
          proxy_temp_path %1$s/backend-proxy;
          fastcgi_temp_path %1$s/backend-f; uwsgi_temp_path %1$s/backend-u; scgi_temp_path %1$s/backend-s;
          server { listen 127.0.0.1:%2$d; root %1$s/www; }
        }
        """
            .formatted(folder, backendPort));
  }

  /// nginx as a bare TLS proxy: no checks, no log.
  Path nginxConfiguration(int port) throws IOException {
    return write(
        folder.resolve("nginx.conf"),
        """
        user root;
        worker_processes 1;
        daemon off;
        pid %1$s/nginx.pid;
        error_log %1$s/nginx-error.log;
        events { worker_connections 4096; }
        http {
          access_log off;
          keepalive_requests 1000000000;
          client_body_temp_path %1$s/nginx-body;
          proxy_temp_path %1$s/nginx-proxy;
          fastcgi_temp_path %1$s/nginx-f; uwsgi_temp_path %1$s/nginx-u; scgi_temp_path %1$s/nginx-s;
          upstream backend { server 127.0.0.1:%3$d; keepalive 128; keepalive_requests 1000000000; }
          server {
            listen 127.0.0.1:%2$d ssl http2;
            http2_max_concurrent_streams 256;
            ssl_certificate %4$s;
            ssl_certificate_key %5$s;
            ssl_protocols TLSv1.2 TLSv1.3;
            location / {
              proxy_pass http://backend;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_set_header Host $host;
            }
          }
        }
        """
            .formatted(folder, port, backendPort, certificate.certificate(), certificate.key()));
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static Path write(Path file, String text) throws IOException {
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    return Files.writeString(file, text);
  }
}
