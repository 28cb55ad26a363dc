package io.sallyport.loadtest.generator;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// Opens connections and lets them be. One counts as open when TLS and ALPN are done, for HTTP/2
/// when both sides have acknowledged each other's SETTINGS, and, if wanted, when one request was
/// answered on it.
final class IdleLoad implements Work {
  /// Fewer than any listener's backlog.
  private static final int AT_ONCE = 64;

  private static final int MOST = 20_000;

  private final Dialer dialer;
  private final int expect;
  private final int count;
  private final boolean asking;
  private final Set<Connection> open = new HashSet<>();
  private final Set<Connection> asked = new HashSet<>();
  private final CompletableFuture<Integer> allOpen = new CompletableFuture<>();
  private int begun;
  private int settled;
  private volatile int lost;

  /// @param asking whether a request is asked on each connection
  IdleLoad(Dialer dialer, Target target, int count, boolean asking) {
    if (count < 1 || count > MOST) {
      throw new IllegalArgumentException("count: 1 to " + MOST);
    }
    this.dialer = dialer;
    this.expect = target.expect();
    this.count = count;
    this.asking = asking;
  }

  /// Completes with the number of connections when all are open.
  CompletableFuture<Integer> run() {
    dialer
        .loop()
        .execute(
            () -> {
              for (int i = 0; i < AT_ONCE; i++) {
                openNext();
              }
            });
    return allOpen;
  }

  /// How many connections the server has ended since they were open.
  int lost() {
    return lost;
  }

  private void openNext() {
    if (begun < count) {
      begun++;
      dialer.open(this, 1);
    }
  }

  private void settled() {
    settled++;
    openNext();
    if (settled == count) {
      allOpen.complete(count);
    }
  }

  @Override
  public void opened(Connection connection) {
    open.add(connection);
    if (!asking) {
      settled();
    }
  }

  @Override
  public void turn(Connection connection) {
    if (asking && asked.add(connection)) {
      connection.ask(new Exchange());
    }
  }

  @Override
  public void answered(Exchange exchange, int status) {
    if (status == expect) {
      settled();
    } else {
      fail("answered with status " + status);
    }
  }

  @Override
  public void lost(Exchange exchange) {
    fail("a request was not answered");
  }

  @Override
  public void again(Exchange exchange) {
    fail("the server goes away");
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // Written on the event loop only.
  public void closed(Connection connection, String why) {
    open.remove(connection);
    if (allOpen.isDone()) {
      lost++;
    } else {
      fail("a connection ended before all were open: " + why);
    }
  }

  private void fail(String why) {
    allOpen.completeExceptionally(new IllegalStateException(why));
  }
}
