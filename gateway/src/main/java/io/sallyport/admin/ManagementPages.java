package io.sallyport.admin;

import io.sallyport.upstream.EndpointStatus;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/// What the management port shows.
///
/// | path | shows | asks for a credential |
/// | --- | --- | --- |
/// | `/live` | that the process runs | no |
/// | `/ready` | whether requests are welcome: 200 or 503 | no |
/// | `/.well-known/jwks.json` | the keys that sign `Sallyport-Identity` | no |
/// | `/metrics` | meters, as Prometheus reads them | yes |
/// | `/bundle` | the bundle in force and its files | yes |
/// | `/endpoints` | how every backend is | yes |
public final class ManagementPages {
  private static final MediaType PROMETHEUS =
      MediaType.parseMediaType("text/plain;version=0.0.4;charset=utf-8");
  private static final MediaType JWKS = MediaType.parseMediaType("application/jwk-set+json");

  private final Readiness readiness;
  private final Supplier<String> keys;
  private final Supplier<String> metrics;
  private final Supplier<Map<String, Object>> bundle;
  private final Supplier<List<EndpointStatus>> endpoints;

  /// @param keys the public keys, as a JWK set
  /// @param metrics the meters, as Prometheus reads them
  /// @param bundle the bundle in force, for people
  public ManagementPages(
      Readiness readiness,
      Supplier<String> keys,
      Supplier<String> metrics,
      Supplier<Map<String, Object>> bundle,
      Supplier<List<EndpointStatus>> endpoints) {
    this.readiness = readiness;
    this.keys = keys;
    this.metrics = metrics;
    this.bundle = bundle;
    this.endpoints = endpoints;
  }

  RouterFunction<ServerResponse> routes() {
    return RouterFunctions.route()
        .GET("/live", request -> text(HttpStatus.OK, "live\n"))
        .GET("/ready", request -> ready())
        .GET("/.well-known/jwks.json", request -> keys())
        .GET("/metrics", request -> metrics())
        .GET("/bundle", request -> json(bundle.get()))
        .GET("/endpoints", request -> json(endpoints.get()))
        .build();
  }

  private Mono<ServerResponse> ready() {
    var phase = readiness.phase();
    var status =
        switch (phase) {
          case SERVING -> HttpStatus.OK;
          case STARTING, DRAINING -> HttpStatus.SERVICE_UNAVAILABLE;
        };
    return text(status, phase.name().toLowerCase(Locale.ROOT) + '\n');
  }

  /// Backends fetch this now and then; a new key is shown a while before it signs.
  private Mono<ServerResponse> keys() {
    return ServerResponse.ok().contentType(JWKS).bodyValue(keys.get());
  }

  private Mono<ServerResponse> metrics() {
    return ServerResponse.ok()
        .contentType(PROMETHEUS)
        .cacheControl(CacheControl.noStore())
        .bodyValue(metrics.get());
  }

  private static Mono<ServerResponse> json(Object value) {
    return ServerResponse.ok()
        .contentType(MediaType.APPLICATION_JSON)
        .cacheControl(CacheControl.noStore())
        .bodyValue(value);
  }

  private static Mono<ServerResponse> text(HttpStatus status, String text) {
    return ServerResponse.status(status)
        .contentType(MediaType.TEXT_PLAIN)
        .cacheControl(CacheControl.noStore())
        .bodyValue(text);
  }
}
