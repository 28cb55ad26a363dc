package io.sallyport.spring;

import io.sallyport.bundle.FilterCompiler;
import io.sallyport.bundle.Route;
import io.sallyport.edge.Carrier;
import io.sallyport.edge.Lane;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.core.publisher.Mono;

/// Spring Cloud Gateway's filters, for routes that list them: compiles what a bundle says, and
/// hands admitted exchanges through. A gateway whose bundle lists no filters neither waits nor pays
/// for any of it: [GatewayFilters], which takes seconds to make, is made when a route is compiled.
///
/// As the [HttpHandler] that Spring Boot serves it lets nothing in: exchanges come through [#lane].
/// Safe to share between threads.
public final class SpringLane implements FilterCompiler, HttpHandler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SpringLane.class);

  private final DecidedRoute decided = new DecidedRoute();
  private final HttpHandler chain = WebHttpHandlerBuilder.webHandler(decided).build();
  private final @Nullable Path plugins;
  private @Nullable GatewayFilters filters;

  /// @param plugins a folder of jars with filters of the operator's own; null: there are none
  public SpringLane(@Nullable Path plugins) {
    this.plugins = plugins;
  }

  @Override
  public Compilation compile(String route, List<Filter> listed) {
    GatewayFilters made;
    try {
      made = filters();
    } catch (IOException | RuntimeException | LinkageError e) {
      LOG.error("Spring Cloud Gateway's filters cannot be made", e);
      return new Faulty(List.of(new Fault(0, "", "filters cannot be made: " + e)));
    }
    return made.compile(route, listed);
  }

  private synchronized GatewayFilters filters() throws IOException {
    GatewayFilters made = filters;
    if (made == null) {
      made = new GatewayFilters(Plugins.in(plugins));
      filters = made;
    }
    return made;
  }

  /// The lane of an edge whose routes this has compiled.
  public Lane<Route.Forward> lane(Carrier carrier) {
    return (exchange, forward) -> {
      if (!(forward.filters() instanceof GatewayRoute route)) {
        throw new IllegalStateException("not filters that this lane has compiled");
      }
      new LaneExchange(exchange, carrier, route).run(chain, forward);
    };
  }

  /// Exchanges that reached the chain without a permit. Each is a mistake in the gateway, and was
  /// refused.
  public long withoutPermit() {
    return decided.withoutPermit().sum();
  }

  @Override
  public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
    return chain.handle(request, response);
  }

  @Override
  public synchronized void close() {
    if (filters != null) {
      filters.close();
    }
  }
}
