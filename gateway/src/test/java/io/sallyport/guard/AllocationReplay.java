package io.sallyport.guard;

import com.sun.management.ThreadMXBean;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.sallyport.edge.Exchange;
import io.sallyport.edge.ExchangeHandler;
import io.sallyport.listener.EmbeddedListener;
import io.sallyport.policy.Reason;
import io.sallyport.upstream.EmbeddedBackend;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/// Counts bytes allocated for one request, and prints a line for each case: its name, `=`, bytes.
/// To be run in a JVM without C2, which allocates more or less as it has learnt.
final class AllocationReplay {
  private static final int WARM_UP = 3_000;
  private static final int COUNTED = 1_000;

  /// Requests beside the common: a second that begins spells the date anew, a table grows.
  private static final int LEFT_OUT = COUNTED / 50;

  /// What the planted handler wastes for each request.
  static final int PLANTED = 2_048;

  private static final String SMALL = "x".repeat(1024);
  private static final String LARGE = "x".repeat(64 * 1024);
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private AllocationReplay() {}

  /// @param arguments a folder for the audit log
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    // Pools and thread-locals are then those of an event loop's thread.
    var done = new AtomicBoolean();
    var thread =
        new FastThreadLocalThread(
            () -> {
              replayAll(folder);
              done.set(true);
            },
            "replay");
    thread.start();
    thread.join();
    System.exit(done.get() ? 0 : 1);
  }

  private static void replayAll(Path folder) {
    replay(folder, "h1-get", SMALL, 200, edge -> edge, (in, t) -> ReplayedClient.h1(in, t, ""));
    replay(folder, "h2-get", SMALL, 200, edge -> edge, ReplayedClient::h2);
    replay(folder, "h1-get-64k", LARGE, 200, edge -> edge, (in, t) -> ReplayedClient.h1(in, t, ""));
    replay(folder, "h2-get-64k", LARGE, 200, edge -> edge, ReplayedClient::h2);
    replay(
        folder, "h1-post-1k", SMALL, 200, edge -> edge, (in, t) -> ReplayedClient.h1(in, t, SMALL));
    replay(
        folder, "h1-refused", SMALL, 401, edge -> edge, (in, t) -> ReplayedClient.h1(in, null, ""));
    replay(folder, "h2-refused", SMALL, 401, edge -> edge, (in, t) -> ReplayedClient.h2(in, null));
    replay(
        folder,
        "h1-get-planted",
        SMALL,
        200,
        Wasteful::new,
        (in, t) -> ReplayedClient.h1(in, t, ""));
  }

  private static void replay(
      Path folder,
      String name,
      String body,
      int status,
      UnaryOperator<ExchangeHandler> around,
      BiFunction<EmbeddedListener, String, ReplayedClient> connect) {
    var backend =
        new EmbeddedBackend(
            ReplayedGateway.bytes(
                "HTTP/1.1 200 OK\r\nserver: backend\r\ndate: Tue, 24 Nov 2026 00:00:00 GMT\r\n"
                    + "content-type: text/plain\r\ncontent-length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body));
    try (var gateway =
        new ReplayedGateway(Files.createDirectories(folder.resolve(name)), backend)) {
      var client = connect.apply(new EmbeddedListener(around.apply(gateway.edge)), gateway.token);
      for (int i = 0; i < WARM_UP; i++) {
        exchange(client, backend);
      }
      long[] counts = new long[COUNTED];
      for (int i = 0; i < COUNTED; i++) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        exchange(client, backend);
        counts[i] = THREADS.getCurrentThreadAllocatedBytes() - before;
      }
      long answered = gateway.answered(status);
      if (answered != WARM_UP + COUNTED) {
        throw new IllegalStateException(
            name + ": " + answered + " of " + (WARM_UP + COUNTED) + " were answered " + status);
      }
      Arrays.sort(counts);
      long sum = Arrays.stream(counts, 0, COUNTED - LEFT_OUT).sum();
      System.out.println(name + " = " + sum / (COUNTED - LEFT_OUT));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /// Both sides take turns until nothing moves any more.
  private static void exchange(ReplayedClient client, EmbeddedBackend backend) {
    client.request();
    boolean moved;
    do {
      moved = client.turn();
      moved |= backend.turn();
    } while (moved);
  }

  /// An edge with a regression.
  private static final class Wasteful implements ExchangeHandler {
    private final ExchangeHandler edge;
    private volatile byte[] waste = {};

    Wasteful(ExchangeHandler edge) {
      this.edge = edge;
    }

    @Override
    public void accept(Exchange exchange) {
      waste = new byte[PLANTED + waste.length % 2];
      edge.accept(exchange);
    }

    @Override
    public void refuse(Exchange exchange, Reason reason, String detail) {
      edge.refuse(exchange, reason, detail);
    }
  }
}
