package io.sallyport.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.sallyport.admission.Considered;
import io.sallyport.admission.Inbound;
import io.sallyport.admission.Permit;
import io.sallyport.admission.Refusal;
import io.sallyport.admission.Ruleset;
import io.sallyport.admission.Verdict;
import io.sallyport.async.Answer;
import io.sallyport.audit.AuditLog.Reservation;
import io.sallyport.audit.AuditRecord.Ending;
import io.sallyport.bundle.Route;
import io.sallyport.bundle.Upstream;
import io.sallyport.limits.Allowance;
import io.sallyport.policy.Reason;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/// One exchange from head to last byte, for the reader in this order: [#begin] takes it in, asks
/// for room in the audit log and for a verdict; [#decided] refuses it or puts it on its lane; the
/// lane answers through the methods of [PermittedExchange]; [#over] records it, exactly once,
/// whatever happened. Lives on the exchange's event loop.
final class Passage implements PermittedExchange {
  private static final Logger LOG = LoggerFactory.getLogger(Passage.class);

  private final Edge edge;
  private final Exchange exchange;
  private final PassageRecord record;
  private final String decisionId;

  private Stage stage = Stage.ADMITTING;
  private @Nullable Permit permit;
  private @Nullable RequestReceiver lane;
  private @Nullable Runnable stopWaiting;
  private @Nullable Future<?> deadline;
  private @Nullable Vigil vigil;

  /// How far an exchange has come. Only forward.
  private enum Stage {
    ADMITTING,
    PERMITTED,
    /// The answer's head was passed on.
    ANSWERING,
    /// Its last byte was, but may still be on its way.
    ANSWERED,
    OVER
  }

  Passage(Edge edge, Exchange exchange) {
    this.edge = edge;
    this.exchange = exchange;
    this.decisionId = edge.decisionIds.next();
    this.record = new PassageRecord(decisionId);
  }

  // The story.

  /// A well-formed head has arrived.
  void begin() {
    try {
      if (isTakenIn()) {
        admit();
      }
    } catch (Throwable e) {
      crashed(e);
    }
  }

  /// A head has arrived that must not be understood.
  void beginRefused(Reason reason, String detail) {
    try {
      if (isTakenIn()) {
        refuse(reason, detail, null);
      }
    } catch (Throwable e) {
      crashed(e);
    }
  }

  /// Nothing is looked at that could not be recorded, and no more than the bound at a time.
  private boolean isTakenIn() {
    int inFlight = edge.inFlight.incrementAndGet();
    record.reservation = reserve();
    exchange.receive(new FromClient());
    if (stage == Stage.OVER) {
      return false;
    }
    if (record.reservation == Reservation.REFUSED) {
      refuse(Reason.AUDIT_UNAVAILABLE, "no room for a record", null);
      return false;
    }
    if (inFlight > edge.settings.maxInFlight()) {
      refuse(Reason.OVERLOADED, inFlight + " exchanges in flight", null);
      return false;
    }
    return true;
  }

  private Reservation reserve() {
    try {
      return edge.audit.reserve();
    } catch (RuntimeException e) {
      LOG.error("decision {}: the audit log broke", decisionId, e);
      return Reservation.REFUSED;
    }
  }

  private void admit() {
    Ruleset rules = edge.rules.get();
    record.bundle = rules.bundle().shortId();
    RequestFields.received(exchange.requestHeaders(), exchange.peer().standing());
    switch (edge.admission.apply(exchange.inbound(), rules)) {
      case Answer.Ready<Verdict>(Verdict verdict) -> decided(verdict);
      case Answer.Pending<Verdict>(Mono<Verdict> later) -> await(later);
    }
  }

  /// Waits off the event loop and comes back to it; an error, an empty end and silence are a no.
  private void await(Mono<Verdict> later) {
    Future<?> patience =
        schedule(edge.settings.admissionTimeout(), () -> resume(unanswered("in time")));
    var subscription =
        later.subscribe(
            this::resume,
            error -> resume(unanswered("but broke: " + error)),
            () -> resume(unanswered("at all")));
    stopWaiting =
        () -> {
          patience.cancel(false);
          subscription.dispose();
        };
    if (stage != Stage.ADMITTING) {
      stopWaiting();
    }
  }

  private static Refusal unanswered(String how) {
    return new Refusal(Reason.INTERNAL, "admission did not answer " + how, Considered.NOTHING);
  }

  private void resume(Verdict verdict) {
    if (exchange.eventLoop().inEventLoop()) {
      decided(verdict);
    } else {
      exchange.eventLoop().execute(() -> decided(verdict));
    }
  }

  /// Yes or no. Too late when the client left while the verdict was pending.
  private void decided(Verdict verdict) {
    if (stage != Stage.ADMITTING) {
      return;
    }
    try {
      stopWaiting();
      record.admittedNanos = System.nanoTime();
      switch (verdict) {
        case Refusal refusal -> {
          record.considered = refusal.considered();
          refuse(refusal.reason(), refusal.detail(), refusal);
        }
        case Permit yes -> {
          permit = yes;
          record.permit = yes;
          record.considered = yes.considered();
          stage = Stage.PERMITTED;
          setDeadline(yes.route().timeouts().total());
          vigil = Vigil.over(this, edge, yes.route(), exchange);
          switch (yes.route().action()) {
            case Route.Forward forward when forward.filters() != null ->
                edge.springLane.take(this, forward);
            case Route.Forward forward -> edge.expressLane.take(this, forward);
            case Route.Respond respond -> edge.respondLane.take(this, respond);
          }
        }
      }
    } catch (Throwable e) {
      crashed(e);
    }
  }

  private void setDeadline(@Nullable Duration total) {
    if (total != null) {
      Duration left = total.minusNanos(System.nanoTime() - record.startedNanos);
      deadline = schedule(left, () -> fail(Reason.UPSTREAM_TIMEOUT, "timeouts.total is over"));
    }
  }

  private Future<?> schedule(Duration delay, Runnable task) {
    return exchange.eventLoop().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// The one place that turns a reason into an answer.
  private void refuse(Reason reason, String detail, @Nullable Refusal refusal) {
    stage = Stage.ANSWERED;
    record.refused(reason, detail);
    Problem problem = edge.problem(reason);
    record.status = problem.status();
    HttpHeaders headers = problem.headers(decisionId, refusal);
    if (exchange.inbound().method().equals("HEAD")) {
      exchange.head(problem.status(), headers, true);
    } else {
      exchange.head(problem.status(), headers, false);
      ByteBuf body = problem.body(decisionId);
      record.bytesOut += body.readableBytes();
      exchange.data(body, true);
    }
  }

  @Override
  public void fail(Reason reason, String detail) {
    if (stage.compareTo(Stage.ANSWERED) >= 0) {
      return;
    }
    stopLane();
    if (stage == Stage.ANSWERING) {
      record.refused(reason, detail);
      exchange.abort();
      over(reason == Reason.UPSTREAM_BROKEN ? Ending.UPSTREAM_ABORTED : Ending.CUT_OFF);
    } else {
      refuse(reason, detail, null);
    }
  }

  /// What should not happen: an exception in the edge, or in a room it asks.
  private void crashed(Throwable e) {
    LOG.error("decision {}: the exchange broke", decisionId, e);
    try {
      switch (stage) {
        case ADMITTING, PERMITTED, ANSWERING -> fail(Reason.INTERNAL, e.toString());
        case ANSWERED -> abandon();
        case OVER -> {}
      }
    } catch (Throwable again) {
      LOG.error("decision {}: nor could it be refused", decisionId, again);
      abandon();
    }
  }

  private void abandon() {
    try {
      exchange.abort();
    } finally {
      over(Ending.CUT_OFF);
    }
  }

  private void stopLane() {
    RequestReceiver stopped = lane;
    lane = null;
    if (stopped != null) {
      try {
        stopped.aborted();
      } catch (RuntimeException e) {
        LOG.error("decision {}: the lane could not be stopped", decisionId, e);
      }
    }
  }

  private void stopWaiting() {
    if (stopWaiting != null) {
      stopWaiting.run();
      stopWaiting = null;
    }
  }

  /// The end, whichever: recorded once.
  private void over(Ending ending) {
    if (stage == Stage.OVER) {
      return;
    }
    stage = Stage.OVER;
    edge.inFlight.decrementAndGet();
    stopWaiting();
    if (deadline != null) {
      deadline.cancel(false);
    }
    if (vigil != null) {
      vigil.end();
    }
    record.write(exchange, ending, edge.audit, edge.meters);
  }

  // From the client.

  /// What the client does reaches the lane, and no exception gets lost in its connection.
  private final class FromClient implements RequestReceiver {
    @Override
    public void data(ByteBuf data, boolean end) {
      int bytes = data.readableBytes();
      record.bytesIn += bytes;
      RequestReceiver receiver = lane;
      if (receiver == null || stage.compareTo(Stage.ANSWERED) >= 0) {
        data.release();
        exchange.consumed(bytes);
        return;
      }
      try {
        receiver.data(data, end);
      } catch (Throwable e) {
        crashed(e);
      }
    }

    @Override
    public void trailers(HttpHeaders trailers) {
      RequestReceiver receiver = lane;
      if (receiver != null) {
        try {
          receiver.trailers(trailers);
        } catch (Throwable e) {
          crashed(e);
        }
      }
    }

    @Override
    public void broken(Reason reason, String detail) {
      try {
        fail(reason, detail);
      } catch (Throwable e) {
        crashed(e);
      }
    }

    @Override
    public void writable() {
      RequestReceiver receiver = lane;
      if (receiver != null) {
        try {
          receiver.writable();
        } catch (Throwable e) {
          crashed(e);
        }
      }
    }

    @Override
    public void aborted() {
      stopLane();
      over(Ending.CLIENT_ABORTED);
    }

    @Override
    public void finished() {
      RequestReceiver receiver = lane;
      lane = null;
      over(Ending.COMPLETE);
      if (receiver != null) {
        try {
          receiver.finished();
        } catch (RuntimeException e) {
          LOG.error("decision {}: the lane broke when all was over", decisionId, e);
        }
      }
    }
  }

  // To the lane.

  @Override
  public Permit permit() {
    if (permit == null) {
      throw new IllegalStateException("no permit yet");
    }
    return permit;
  }

  @Override
  public String decisionId() {
    return decisionId;
  }

  @Override
  public void tracedAs(String traceId) {
    record.traceId = traceId;
  }

  @Override
  public void triedAt(Upstream.Endpoint endpoint) {
    record.triedAt(endpoint);
  }

  @Override
  public void backendAnswered() {
    record.backendAnsweredNanos = System.nanoTime();
  }

  @Override
  public EventLoop eventLoop() {
    return exchange.eventLoop();
  }

  @Override
  public Inbound inbound() {
    return exchange.inbound();
  }

  @Override
  public HttpHeaders requestHeaders() {
    return exchange.requestHeaders();
  }

  @Override
  public boolean hasBody() {
    return exchange.hasBody();
  }

  @Override
  public String protocol() {
    return exchange.protocol();
  }

  @Override
  public Peer peer() {
    return exchange.peer();
  }

  @Override
  public void receive(RequestReceiver receiver) {
    lane = receiver;
  }

  @Override
  public void readBody(long maxBody) {
    if (stage == Stage.PERMITTED || stage == Stage.ANSWERING) {
      exchange.readBody(maxBody);
    }
  }

  @Override
  public void consumed(int bytes) {
    if (stage != Stage.OVER) {
      exchange.consumed(bytes);
    }
  }

  @Override
  public void informational(int status, HttpHeaders headers) {
    if (stage == Stage.PERMITTED) {
      exchange.informational(status, headers);
    }
  }

  @Override
  public void head(int status, HttpHeaders headers, boolean end) {
    if (stage != Stage.PERMITTED) {
      return;
    }
    if (status == 101 && end) {
      fail(Reason.INTERNAL, "a tunnel that ends where it begins");
      return;
    }
    stage = end ? Stage.ANSWERED : Stage.ANSWERING;
    record.status = status;
    headers.set(AnswerFields.DECISION, decisionId);
    Allowance.Quota quota = permit().allowance().quota();
    if (quota != null) {
      RateLimitFields.granted(headers, quota);
    }
    exchange.head(status, headers, end);
    if (status == 101) {
      opened();
    }
  }

  /// `timeouts.total` was for the answer; a WebSocket lives as long as it may.
  private void opened() {
    if (deadline != null) {
      deadline.cancel(false);
    }
    if (vigil != null) {
      vigil.begin();
    }
  }

  @Override
  public void data(ByteBuf data, boolean end) {
    if (stage != Stage.ANSWERING) {
      data.release();
      return;
    }
    record.bytesOut += data.readableBytes();
    if (end) {
      stage = Stage.ANSWERED;
    }
    exchange.data(data, end);
  }

  @Override
  public void trailers(HttpHeaders trailers) {
    if (stage == Stage.ANSWERING) {
      stage = Stage.ANSWERED;
      exchange.trailers(trailers);
    }
  }

  @Override
  public boolean writable() {
    return stage != Stage.OVER && exchange.writable();
  }

  @Override
  public void abort() {
    if (stage != Stage.OVER) {
      stopLane();
      abandon();
    }
  }
}
