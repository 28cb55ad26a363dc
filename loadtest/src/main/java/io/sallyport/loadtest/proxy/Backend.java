package io.sallyport.loadtest.proxy;

import java.io.IOException;
import java.util.List;

/// nginx as the backend of all proxies: files by HTTP/1.1 and by HTTP/2 in clear, keep-alive
/// without end. An upload is read to its end before it is answered.
public final class Backend {
  private Backend() {}

  /// Writes its configuration.
  ///
  /// @return the command that serves it in the foreground
  public static List<String> command(Site site) throws IOException {
    String numbered =
        """
        location ~ ^/(one-route|many-routes|many-policies)/[0-9]+$ { rewrite ^/([a-z-]+)/ /$1/1k break; }
        """;
    String upload =
        """
        location ~ /upload$ {
          client_max_body_size 1m; client_body_buffer_size 128k;
          proxy_pass http://count; proxy_http_version 1.1; proxy_pass_request_body off;
          proxy_set_header Connection ""; proxy_set_header Content-Length "";
        }
        """;
    String server =
        """
        server {
          listen 127.0.0.1:%d %s;
          http2_max_concurrent_streams 256;
          root %s/www;
          %s
          %s
        }
        """;
    String configuration =
        Nginx.frame(site, "backend")
            .formatted(
                "1",
                """
                open_file_cache max=100;
                upstream count { server 127.0.0.1:%d; keepalive 64; keepalive_requests 1000000000; }
                server { listen 127.0.0.1:%d; location / { return 200 ok; } }
                """
                        .formatted(site.countPort(), site.countPort())
                    + server.formatted(site.backendPort(), "", site.folder(), numbered, upload)
                    + server.formatted(
                        site.backendH2cPort(), "http2", site.folder(), numbered, upload));
    return List.of("nginx", "-c", site.write("backend.conf", configuration).toString());
  }
}
