package io.sallyport.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.sallyport.edge.Exchange;
import io.sallyport.edge.ExchangeHandler;
import io.sallyport.edge.RequestReceiver;
import io.sallyport.policy.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Answers by path what a test wants to see of the listener, and writes down what it was told.
final class FakeEdge implements ExchangeHandler {
  final List<Reason> refused = new CopyOnWriteArrayList<>();
  final BlockingQueue<Held> held = new LinkedBlockingQueue<>();
  final List<String> events = new CopyOnWriteArrayList<>();
  final List<String> heads = new CopyOnWriteArrayList<>();
  final AtomicLong sent = new AtomicLong();

  static final long MOST_BODY = 1024 * 1024;

  @Override
  public void accept(Exchange exchange) {
    var inbound = exchange.inbound();
    String target = inbound.target();
    String path = target.contains("?") ? target.substring(0, target.indexOf('?')) : target;
    heads.add(inbound.method() + " " + inbound.authority() + " " + target);
    switch (path) {
      case "/sink" -> {
        var sink = new Held(exchange, this, true);
        exchange.receive(sink);
        if (exchange.hasBody()) {
          exchange.readBody(MOST_BODY);
        } else {
          sink.answer(200, "0");
        }
      }
      case "/echo" -> {
        exchange.receive(new EchoBack(exchange));
        exchange.head(200, new DefaultHttpHeaders(), false);
        exchange.readBody(Long.MAX_VALUE);
      }
      case "/hold" -> {
        var hold = new Held(exchange, this, false);
        exchange.receive(hold);
        held.add(hold);
      }
      case "/big" -> new Big(exchange, Long.parseLong(target.substring(5)), sent).more();
      case "/trailers" -> {
        exchange.receive(new Held(exchange, this, true));
        exchange.head(200, new DefaultHttpHeaders(), false);
        exchange.data(text("body"), false);
        exchange.trailers(new DefaultHttpHeaders().set("x-checksum", "7"));
      }
      case "/hints" -> {
        exchange.receive(new Held(exchange, this, true));
        exchange.informational(103, new DefaultHttpHeaders().set("link", "</a.css>"));
        answer(exchange, 200, "hello");
      }
      case "/nothing" -> {
        exchange.receive(new Held(exchange, this, true));
        exchange.head(204, new DefaultHttpHeaders(), true);
      }
      case "/short" -> {
        exchange.receive(new Held(exchange, this, true));
        exchange.head(200, new DefaultHttpHeaders().set("content-length", "10"), false);
        exchange.data(text("four"), true);
      }
      case "/source" -> {
        exchange.receive(new Held(exchange, this, true));
        answer(exchange, 200, inbound.source().getHostAddress());
      }
      case "/certified" -> {
        exchange.receive(new Held(exchange, this, true));
        String host = String.valueOf(inbound.authority()).replaceFirst(":\\d+$", "");
        answer(exchange, inbound.connection().certifiedFor(host) ? 200 : 421, host);
      }
      default -> {
        exchange.receive(new Held(exchange, this, true));
        answer(exchange, 200, "hello");
      }
    }
  }

  @Override
  public void refuse(Exchange exchange, Reason reason, String detail) {
    refused.add(reason);
    exchange.receive(new Held(exchange, this, true));
    refusal(exchange, reason, detail);
  }

  private static void refusal(Exchange exchange, Reason reason, String detail) {
    var headers = new DefaultHttpHeaders().set("x-reason", reason.word()).set("x-detail", detail);
    headers.set("content-length", String.valueOf(reason.word().length()));
    exchange.head(reason.status(), headers, false);
    exchange.data(text(reason.word()), true);
  }

  private static void answer(Exchange exchange, int status, String body) {
    exchange.head(
        status,
        new DefaultHttpHeaders().set("content-length", String.valueOf(body.length())),
        false);
    exchange.data(text(body), true);
  }

  static ByteBuf text(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
  }

  Held nextHeld() throws InterruptedException {
    Held next = held.poll(5, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no exchange arrived");
    }
    return next;
  }

  /// Counts a body; answers its length, or what broke it.
  static final class Held implements RequestReceiver {
    final Exchange exchange;
    private final FakeEdge edge;
    private final boolean consume;
    final AtomicLong received = new AtomicLong();
    volatile @Nullable String ended;
    private String trailer = "";

    Held(Exchange exchange, FakeEdge edge, boolean consume) {
      this.exchange = exchange;
      this.edge = edge;
      this.consume = consume;
    }

    void onLoop(Runnable action) {
      exchange.eventLoop().execute(action);
    }

    void answer(int status, String body) {
      FakeEdge.answer(exchange, status, body);
    }

    @Override
    public void data(ByteBuf data, boolean end) {
      int bytes = data.readableBytes();
      data.release();
      received.addAndGet(bytes);
      if (consume) {
        exchange.consumed(bytes);
        if (end) {
          answer(200, received.get() + trailer);
        }
      }
    }

    @Override
    public void trailers(HttpHeaders trailers) {
      trailer = " " + trailers.entries();
      data(Unpooled.EMPTY_BUFFER, true);
    }

    @Override
    public void broken(Reason reason, String detail) {
      edge.refused.add(reason);
      refusal(exchange, reason, detail);
    }

    @Override
    public void writable() {}

    @Override
    public void aborted() {
      ended = "aborted";
      edge.events.add("aborted");
    }

    @Override
    public void finished() {
      ended = "finished";
      edge.events.add("finished");
    }
  }

  private record EchoBack(Exchange exchange) implements RequestReceiver {
    @Override
    public void data(ByteBuf data, boolean end) {
      int bytes = data.readableBytes();
      exchange.data(data, end);
      exchange.consumed(bytes);
    }

    @Override
    public void trailers(HttpHeaders trailers) {
      exchange.trailers(trailers);
    }

    @Override
    public void broken(Reason reason, String detail) {
      exchange.abort();
    }

    @Override
    public void writable() {}

    @Override
    public void aborted() {}

    @Override
    public void finished() {}
  }

  /// Sends many bytes, as fast as they are taken.
  private static final class Big implements RequestReceiver {
    private static final int PIECE = 16 * 1024;
    private final Exchange exchange;
    private final AtomicLong sent;
    private long left;

    Big(Exchange exchange, long bytes, AtomicLong sent) {
      this.exchange = exchange;
      this.sent = sent;
      this.left = bytes;
      exchange.receive(this);
      exchange.head(
          200, new DefaultHttpHeaders().set("content-length", String.valueOf(bytes)), false);
    }

    void more() {
      while (left > 0 && exchange.writable()) {
        int bytes = (int) Math.min(PIECE, left);
        left -= bytes;
        sent.addAndGet(bytes);
        exchange.data(
            PooledByteBufAllocator.DEFAULT.directBuffer(bytes).writeZero(bytes), left == 0);
      }
    }

    @Override
    public void data(ByteBuf data, boolean end) {
      data.release();
    }

    @Override
    public void trailers(HttpHeaders trailers) {}

    @Override
    public void broken(Reason reason, String detail) {
      exchange.abort();
    }

    @Override
    public void writable() {
      more();
    }

    @Override
    public void aborted() {
      left = 0;
    }

    @Override
    public void finished() {}
  }
}
