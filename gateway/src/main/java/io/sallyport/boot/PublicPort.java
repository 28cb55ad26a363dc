package io.sallyport.boot;

import io.sallyport.admin.Readiness;
import io.sallyport.listener.Listener;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.GracefulShutdownCallback;
import org.springframework.boot.web.server.GracefulShutdownResult;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.reactive.ReactiveWebServerFactory;
import org.springframework.http.server.reactive.HttpHandler;

/// Our listener as the reactive web server of a Spring Boot application.
///
/// Spring Boot hands over Spring Cloud Gateway's handler chain and tells when to start, drain and
/// stop. No request goes to that handler by itself: see [io.sallyport.spring.SpringLane].
final class PublicPort implements ReactiveWebServerFactory {
  private static final Logger LOG = LoggerFactory.getLogger(PublicPort.class);

  private final Supplier<Listener> start;
  private final Settings.Drain drain;
  private final Readiness readiness;

  /// @param start opens the ports
  PublicPort(Supplier<Listener> start, Settings.Drain drain, Readiness readiness) {
    this.start = start;
    this.drain = drain;
    this.readiness = readiness;
  }

  @Override
  public Server getWebServer(HttpHandler springCloudGateway) {
    return new Server(springCloudGateway);
  }

  /// The listener between start and stop. Boot calls `stop` twice.
  final class Server implements WebServer {
    private final HttpHandler springCloudGateway;
    private volatile @Nullable Listener listener;

    private Server(HttpHandler springCloudGateway) {
      this.springCloudGateway = springCloudGateway;
    }

    /// What the Spring lane will be given exchanges with a permit by.
    HttpHandler springCloudGateway() {
      return springCloudGateway;
    }

    @Override
    public void start() {
      listener = start.get();
    }

    @Override
    public int getPort() {
      var open = listener;
      return open == null ? -1 : open.httpsPort();
    }

    /// The port of redirects; 0 when it is off.
    int httpPort() {
      var open = listener;
      return open == null ? 0 : open.httpPort().orElse(0);
    }

    /// Readiness first, then the ports, then the requests: nobody is sent here any more, nobody
    /// gets in any more, everybody inside finishes.
    @Override
    public void shutDownGracefully(GracefulShutdownCallback callback) {
      Thread.ofPlatform()
          .name("drain")
          .start(
              () -> {
                var result = GracefulShutdownResult.IDLE;
                try {
                  result = drainNow();
                } finally {
                  callback.shutdownComplete(result);
                }
              });
    }

    private GracefulShutdownResult drainNow() {
      readiness.draining();
      var open = listener;
      if (open == null) {
        return GracefulShutdownResult.IDLE;
      }
      try {
        Thread.sleep(drain.delay());
        open.stopAccepting();
        open.drain(drain.timeout()).toCompletableFuture().join();
        return GracefulShutdownResult.IDLE;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return GracefulShutdownResult.REQUESTS_ACTIVE;
      } catch (RuntimeException e) {
        LOG.error("requests could not all finish: {}", e.toString());
        return GracefulShutdownResult.REQUESTS_ACTIVE;
      }
    }

    @Override
    public void stop() {
      var open = listener;
      listener = null;
      if (open != null) {
        open.close();
      }
    }
  }
}
