package io.sallyport.edge;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.sallyport.admission.Permit;
import io.sallyport.bundle.Route;
import io.sallyport.bundle.Upstream;
import io.sallyport.policy.Reason;
import io.sallyport.upstream.Choice;
import io.sallyport.upstream.RetryAnswer;
import io.sallyport.upstream.UpstreamFailure;
import io.sallyport.upstream.UpstreamReceiver;
import io.sallyport.upstream.UpstreamStream;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One request's way to a backend and its answer's way back: the client on one side, one [Try]
/// after another on the other.
///
/// **Back-pressure.** What one side sent is reported `consumed` to it when the other side has taken
/// it and takes more; otherwise it is owed until that side says `writable`. So what waits here is
/// at most what each side may have unreported: a bounded amount for each exchange, however slow a
/// client or a backend is.
///
/// **Another try** is made only while nothing of an answer was passed on, and only when it is safe:
/// the request's body was not touched, and nothing was sent or the method is idempotent (RFC 9110
/// §9.2.2). The body is not read until a connection stands, so a connection that fails costs
/// nothing.
final class Crossing implements RequestReceiver {
  /// How long a backend may take to say `100 Continue`; then the client is asked for the body
  /// nevertheless, because old servers never say it (RFC 9110 §10.1.1).
  private static final long CONTINUE_PATIENCE_MS = 1_000;

  private final PermittedExchange exchange;
  private final Permit permit;
  private final Backends backends;
  private final AnswerFields answerFields;
  private final String target;
  private final boolean hasBody;

  /// Endpoints that were tried; the immutable empty set before the first failure.
  private Set<Upstream.Endpoint> tried = Set.of();

  private int tries;
  private @Nullable Try current;
  private Body body = Body.UNREAD;
  private Answer answer = Answer.AWAITED;
  private int owedToClient;
  private int owedToBackend;

  /// How much of the request's body the client was asked for.
  private enum Body {
    /// Nothing: it may still go to any backend.
    UNREAD,
    /// Nothing: the client sends it when the backend says `100 Continue`.
    EXPECTED,
    /// The client was asked to send it; nothing of it has come.
    ASKED_FOR,
    /// Some of it was handed to a backend.
    TOUCHED,
    /// All of it was.
    SENT
  }

  /// How much of the answer was passed on.
  private enum Answer {
    AWAITED,
    BEGUN,
    /// Passed on to its end, or given up.
    OVER
  }

  Crossing(
      PermittedExchange exchange, String target, Backends backends, AnswerFields answerFields) {
    this.exchange = exchange;
    this.permit = exchange.permit();
    this.backends = backends;
    this.answerFields = answerFields;
    this.target = target;
    this.hasBody = exchange.hasBody();
    if (!hasBody) {
      body = Body.SENT;
    }
  }

  void start() {
    switch (backends.choose(permit, tried)) {
      case Choice.Chosen(Upstream.Endpoint endpoint) -> tryAt(endpoint);
      case Choice.None(String why) -> exchange.fail(Reason.NO_ENDPOINT, why);
    }
  }

  private void tryAt(Upstream.Endpoint endpoint) {
    tries++;
    exchange.triedAt(endpoint);
    Try next = new Try(endpoint);
    current = next;
    UpstreamStream stream =
        backends.open(permit, endpoint, exchange.eventLoop(), new Guarded(exchange, next));
    next.stream = stream;
    stream.head(exchange.inbound().method(), target, exchange.requestHeaders(), !hasBody);
    if (stream.writable()) {
      next.writable();
    }
  }

  private boolean expectsContinue() {
    return HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(
        exchange.requestHeaders().get(HttpHeaderNames.EXPECT));
  }

  private void askForBody() {
    boolean unread = body == Body.UNREAD || body == Body.EXPECTED;
    if (unread && answer != Answer.OVER) {
      body = Body.ASKED_FOR;
      exchange.readBody(permit.route().maxBody());
    }
  }

  /// Nothing more is wanted from any backend.
  private void leave() {
    answer = Answer.OVER;
    Try last = current;
    current = null;
    if (last != null && last.stream != null) {
      last.stream.cancel();
    }
  }

  // From the client.

  @Override
  public void data(ByteBuf data, boolean end) {
    int bytes = data.readableBytes();
    UpstreamStream stream = current == null ? null : current.stream;
    if (stream == null) {
      data.release();
      exchange.consumed(bytes);
      return;
    }
    body = end ? Body.SENT : Body.TOUCHED;
    stream.data(data, end);
    if (stream.writable()) {
      exchange.consumed(bytes);
    } else {
      owedToClient += bytes;
    }
  }

  @Override
  public void trailers(HttpHeaders trailers) {
    body = Body.SENT;
    if (current != null && current.stream != null) {
      RequestFields.trailers(trailers);
      current.stream.trailers(trailers);
    }
  }

  @Override
  public void broken(Reason reason, String detail) {
    exchange.fail(reason, detail);
  }

  @Override
  public void writable() {
    int owed = owedToBackend;
    if (owed > 0 && current != null && current.stream != null) {
      owedToBackend = 0;
      current.stream.consumed(owed);
    }
  }

  @Override
  public void aborted() {
    leave();
  }

  @Override
  public void finished() {}

  /// One try at one endpoint. Deaf once another took its place.
  private final class Try implements UpstreamReceiver {
    private final Upstream.Endpoint endpoint;
    private @Nullable UpstreamStream stream;

    Try(Upstream.Endpoint endpoint) {
      this.endpoint = endpoint;
    }

    private boolean isOver() {
      return current != this;
    }

    @Override
    public void writable() {
      if (isOver()) {
        return;
      }
      if (body == Body.UNREAD) {
        if (expectsContinue()) {
          body = Body.EXPECTED;
          exchange
              .eventLoop()
              .schedule(Crossing.this::askForBody, CONTINUE_PATIENCE_MS, TimeUnit.MILLISECONDS);
        } else {
          askForBody();
        }
      }
      int owed = owedToClient;
      if (owed > 0) {
        owedToClient = 0;
        exchange.consumed(owed);
      }
    }

    @Override
    public void informational(int status, HttpHeaders headers) {
      if (!isOver()) {
        AnswerFields.interim(headers);
        exchange.informational(status, headers);
        if (status == 100) {
          askForBody();
        }
      }
    }

    @Override
    public void head(int status, HttpHeaders headers, boolean end) {
      if (isOver() || triedAgainInsteadOf(status)) {
        return;
      }
      exchange.backendAnswered();
      answer = Answer.BEGUN;
      if (status == 101) {
        body = Body.TOUCHED;
      }
      answerFields.forwarded(headers, permit.route().responseHeaders());
      exchange.head(status, headers, end);
      if (end) {
        complete();
      }
    }

    @Override
    public void data(ByteBuf data, boolean end) {
      if (isOver()) {
        data.release();
        return;
      }
      int bytes = data.readableBytes();
      exchange.data(data, end);
      if (end) {
        complete();
      } else if (exchange.writable()) {
        acknowledge(bytes);
      } else {
        owedToBackend += bytes;
      }
    }

    private void acknowledge(int bytes) {
      if (stream != null) {
        stream.consumed(bytes);
      }
    }

    @Override
    public void trailers(HttpHeaders trailers) {
      if (!isOver()) {
        AnswerFields.trailers(trailers);
        exchange.trailers(trailers);
        complete();
      }
    }

    /// The answer is whole. A backend that answered before it had the whole request is not sent the
    /// rest.
    private void complete() {
      if (body == Body.SENT) {
        answer = Answer.OVER;
        current = null;
      } else {
        leave();
      }
    }

    @Override
    public void failed(UpstreamFailure failure) {
      if (isOver()) {
        return;
      }
      switch (answer) {
        case AWAITED -> {
          boolean again =
              isSafeAfter(failure)
                  && isGranted(backends.retry(permit, failure, tries))
                  && triedElsewhere();
          if (!again) {
            exchange.fail(reason(failure), endpoint.address() + ": " + failure.detail());
          }
        }
        case BEGUN -> exchange.fail(reason(failure), endpoint.address() + ": " + failure.detail());
        case OVER -> {}
      }
    }

    /// Whether this answer is one that the route wants tried again, and it was.
    private boolean triedAgainInsteadOf(int status) {
      Route.Retry.On on =
          switch (status) {
            case 502 -> Route.Retry.On.STATUS_502;
            case 503 -> Route.Retry.On.STATUS_503;
            case 504 -> Route.Retry.On.STATUS_504;
            default -> null;
          };
      if (on == null
          || !isIdempotent()
          || !isBodyWhole()
          || !isGranted(backends.retry(permit, on, tries))) {
        return false;
      }
      UpstreamStream answered = stream;
      boolean again = triedElsewhere();
      if (again && answered != null) {
        answered.cancel();
      }
      return again;
    }

    private boolean triedElsewhere() {
      if (tried.isEmpty()) {
        tried = new HashSet<>(4);
      }
      tried.add(endpoint);
      return switch (backends.choose(permit, tried)) {
        case Choice.Chosen(Upstream.Endpoint next) -> {
          tryAt(next);
          yield true;
        }
        case Choice.None _ -> false;
      };
    }
  }

  private boolean isSafeAfter(UpstreamFailure failure) {
    return isBodyWhole() && (failure.nothingSent() || isIdempotent());
  }

  /// Whether another backend can be given the whole request.
  private boolean isBodyWhole() {
    return switch (body) {
      case UNREAD, EXPECTED, ASKED_FOR -> true;
      case SENT -> !hasBody;
      case TOUCHED -> false;
    };
  }

  private boolean isIdempotent() {
    return switch (exchange.inbound().method()) {
      case "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE" -> true;
      default -> false;
    };
  }

  private static boolean isGranted(RetryAnswer answer) {
    return switch (answer) {
      case RETRY -> true;
      case NOT_ON_THIS, ATTEMPTS_SPENT, BUDGET_SPENT -> false;
    };
  }

  private static Reason reason(UpstreamFailure failure) {
    return switch (failure.kind()) {
      case CONNECT -> Reason.NO_ENDPOINT;
      case NO_CAPACITY -> Reason.OVERLOADED;
      case RESET_BEFORE_RESPONSE, BROKEN -> Reason.UPSTREAM_BROKEN;
      case FIRST_BYTE_TIMEOUT, IDLE_TIMEOUT -> Reason.UPSTREAM_TIMEOUT;
    };
  }
}
