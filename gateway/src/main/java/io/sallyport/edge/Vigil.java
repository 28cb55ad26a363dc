package io.sallyport.edge;

import io.netty.handler.codec.http.HttpHeaders;
import io.sallyport.admission.ClientConnection;
import io.sallyport.admission.Considered;
import io.sallyport.admission.Inbound;
import io.sallyport.admission.Permit;
import io.sallyport.admission.Refusal;
import io.sallyport.admission.Verdict;
import io.sallyport.async.Answer;
import io.sallyport.bundle.Route;
import io.sallyport.policy.HeaderFields;
import io.sallyport.policy.Reason;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/// Judges the request of an open WebSocket again and again, with the credential that it came with
/// and the rules then in force, and cuts it off when it would not be let in any more: an expired
/// token, a revoked caller, another policy. An error, no answer and silence are a no.
///
/// Lives on the exchange's event loop.
final class Vigil {
  private final PermittedExchange exchange;
  private final Edge edge;
  private final Route route;
  private final Duration every;
  private final Inbound head;
  private final HttpHeaders fields;
  private @Nullable Future<?> timer;
  private @Nullable Disposable asked;

  private Vigil(
      PermittedExchange exchange, Edge edge, Route route, Duration every, Exchange client) {
    this.exchange = exchange;
    this.edge = edge;
    this.route = route;
    this.every = every;
    this.head = client.inbound();
    // As it was judged: the fields are edited for the backend.
    this.fields = client.requestHeaders().copy();
  }

  /// Null for a route that is for no WebSockets. Made before the request's fields are edited.
  static @Nullable Vigil over(PermittedExchange exchange, Edge edge, Route route, Exchange client) {
    return route.action() instanceof Route.Forward forward && forward.stream() != null
        ? new Vigil(exchange, edge, route, forward.stream().reauthorize(), client)
        : null;
  }

  void begin() {
    timer =
        exchange
            .eventLoop()
            .scheduleAtFixedRate(this::ask, every.toNanos(), every.toNanos(), TimeUnit.NANOSECONDS);
  }

  void end() {
    if (timer != null) {
      timer.cancel(false);
    }
    if (asked != null) {
      asked.dispose();
    }
  }

  private void ask() {
    if (asked != null && !asked.isDisposed()) {
      refused("admission did not answer in time");
      return;
    }
    try {
      switch (edge.admission.apply(new Open(head, fields, Instant.now()), edge.rules.get())) {
        case Answer.Ready<Verdict>(Verdict verdict) -> decided(verdict);
        case Answer.Pending<Verdict>(Mono<Verdict> later) ->
            asked =
                later
                    .defaultIfEmpty(
                        new Refusal(
                            Reason.INTERNAL, "admission did not answer at all", Considered.NOTHING))
                    .subscribe(
                        verdict -> exchange.eventLoop().execute(() -> decided(verdict)),
                        error ->
                            exchange
                                .eventLoop()
                                .execute(() -> refused("admission broke: " + error)));
      }
    } catch (RuntimeException e) {
      refused("admission broke: " + e);
    }
  }

  private void decided(Verdict verdict) {
    switch (verdict) {
      case Refusal refusal ->
          exchange.fail(refusal.reason(), "asked again while open: " + refusal.detail());
      case Permit permit when !permit.route().id().equals(route.id()) ->
          exchange.fail(
              Reason.NO_ROUTE, "asked again while open: route " + permit.route().id() + " now");
      case Permit _ -> {}
    }
  }

  private void refused(String why) {
    exchange.fail(Reason.INTERNAL, "asked again while open: " + why);
  }

  /// The head of the request, asked at another time.
  private record Open(Inbound head, HttpHeaders fields, Instant time)
      implements Inbound, HeaderFields {
    @Override
    public String method() {
      return head.method();
    }

    @Override
    public @Nullable String authority() {
      return head.authority();
    }

    @Override
    public String target() {
      return head.target();
    }

    @Override
    public HeaderFields headers() {
      return this;
    }

    @Override
    public List<String> all(String lowerCaseName) {
      return fields.getAll(lowerCaseName);
    }

    @Override
    public boolean asksForWebSocket() {
      return true;
    }

    @Override
    public Purpose purpose() {
      return Purpose.STAY;
    }

    @Override
    public InetAddress source() {
      return head.source();
    }

    @Override
    public int port() {
      return head.port();
    }

    @Override
    public long bodySize() {
      return head.bodySize();
    }

    @Override
    public ClientConnection connection() {
      return head.connection();
    }
  }
}
