package io.sallyport.spring;

import io.sallyport.admission.Permit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.context.reactive.AnnotationConfigReactiveWebApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/// Spring Cloud Gateway's handler chain, in a context of its own that is made when the first
/// exchange goes there: a gateway whose bundle lists no filters neither waits nor pays for it.
///
/// Every exchange brings its [Permit] along, in the subscriber's context under [Permit]'s own
/// class; [PermittedOnly] stands before everything else in the chain. Safe to share between
/// threads.
public final class SpringLane implements HttpHandler, AutoCloseable {
  private final ApplicationContext parent;
  private @Nullable AnnotationConfigReactiveWebApplicationContext context;
  private volatile @Nullable HttpHandler chain;

  public SpringLane(ApplicationContext parent) {
    this.parent = parent;
  }

  /// The context of an exchange that may enter.
  public static Context permitted(Permit permit) {
    return Context.of(Permit.class, permit);
  }

  @Override
  public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
    return chain().handle(request, response);
  }

  /// Makes the chain on first use: some seconds, once.
  HttpHandler chain() {
    var made = chain;
    return made == null ? make() : made;
  }

  private synchronized HttpHandler make() {
    if (context == null) {
      var fresh = new AnnotationConfigReactiveWebApplicationContext();
      fresh.setParent(parent);
      fresh.setEnvironment((ConfigurableEnvironment) parent.getEnvironment());
      fresh.register(SpringLaneContext.class);
      fresh.refresh();
      context = fresh;
    }
    var made = WebHttpHandlerBuilder.applicationContext(context).build();
    chain = made;
    return made;
  }

  /// The beans of the lane; made when they were not yet.
  ApplicationContext beans() {
    chain();
    return Objects.requireNonNull(context);
  }

  @Override
  public synchronized void close() {
    if (context != null) {
      context.close();
    }
  }
}
