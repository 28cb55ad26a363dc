package io.sallyport.loadtest.generator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Sends a number of requests as fast as they are answered: each connection, or each stream of it,
/// asks again when its answer has ended. A connection that ends is opened again; what was on it
/// counts as errors.
final class ClosedLoad implements Work {
  private static final int MOST_REQUESTS = 100_000_000;

  private final Dialer dialer;
  private final Tokens tokens;
  private final int expect;
  private final int requests;
  private final int connectionCount;
  private final int streams;

  private final List<Connection> connections = new ArrayList<>();
  private final ArrayDeque<Exchange> unused = new ArrayDeque<>();
  private final ArrayDeque<Exchange> again = new ArrayDeque<>();
  private final CompletableFuture<Outcome> done = new CompletableFuture<>();
  private boolean started;
  private long start;
  private int asked;
  private int settled;
  private int errors;

  /// What a closed loop came to.
  ///
  /// @param requests answered or lost
  /// @param errors among them: lost, or answered otherwise than expected
  /// @param seconds from the first request, all connections open, to the last answer
  record Outcome(int requests, int errors, double seconds) {
    String json() {
      return String.format(
          java.util.Locale.ROOT,
          "{\"requests\":%d,\"errors\":%d,\"seconds\":%.6f}",
          requests,
          errors,
          seconds);
    }
  }

  /// @param streams at a time on each HTTP/2 connection
  ClosedLoad(
      Dialer dialer, Target target, Tokens tokens, int requests, int connections, int streams) {
    if (requests < 1 || requests > MOST_REQUESTS) {
      throw new IllegalArgumentException("requests: 1 to " + MOST_REQUESTS);
    }
    if (connections < 1 || connections > 10_000) {
      throw new IllegalArgumentException("connections: 1 to 10000");
    }
    if (streams < 1 || streams > 1_000) {
      throw new IllegalArgumentException("streams: 1 to 1000");
    }
    this.dialer = dialer;
    this.tokens = tokens;
    this.expect = target.expect();
    this.requests = requests;
    this.connectionCount = connections;
    this.streams = streams;
  }

  CompletableFuture<Outcome> run() {
    dialer
        .loop()
        .execute(
            () -> {
              for (int i = 0; i < connectionCount; i++) {
                dialer.open(this, streams);
              }
            });
    return done;
  }

  @Override
  public void opened(Connection connection) {
    connections.add(connection);
    if (!started && connections.size() == connectionCount) {
      started = true;
      start = System.nanoTime();
      for (Connection each : List.copyOf(connections)) {
        turn(each);
        each.flush();
      }
    }
  }

  @Override
  public void turn(Connection connection) {
    while (started && connection.hasRoom() && (asked < requests || !again.isEmpty())) {
      Exchange exchange = again.poll();
      if (exchange == null) {
        exchange = unused.isEmpty() ? new Exchange() : unused.pop();
        exchange.reuse(0, true);
        exchange.token = tokens.next();
        asked++;
      }
      connection.ask(exchange);
    }
  }

  @Override
  public void answered(Exchange exchange, int status) {
    settle(exchange, status != expect);
  }

  @Override
  public void lost(Exchange exchange) {
    settle(exchange, true);
  }

  @Override
  public void again(Exchange exchange) {
    again.add(exchange);
  }

  @Override
  public void closed(Connection connection, String why) {
    boolean wasOpen = connections.remove(connection);
    if (done.isDone()) {
      return;
    }
    if (wasOpen && started) {
      dialer.open(this, streams);
    } else {
      done.completeExceptionally(new IllegalStateException("a connection did not open: " + why));
    }
  }

  private void settle(Exchange exchange, boolean error) {
    errors += error ? 1 : 0;
    settled++;
    if (settled == requests) {
      done.complete(new Outcome(settled, errors, (System.nanoTime() - start) / 1e9));
    }
    unused.push(exchange);
  }
}
