package io.sallyport.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.ReferenceCountUtil;
import io.sallyport.admission.Permit;
import io.sallyport.bundle.Route;
import io.sallyport.bundle.Upstream;
import io.sallyport.upstream.UpstreamEvents;
import io.sallyport.upstream.UpstreamFailure;
import io.sallyport.upstream.UpstreamReceiver;
import io.sallyport.upstream.UpstreamStream;
import io.sallyport.upstream.Upstreams;
import io.sallyport.wire.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/// A request to a backend and its answer of 1 KiB, by the gateway's own pools and by Reactor
/// Netty's client, which Spring Cloud Gateway uses: cleartext HTTP/1.1, 32 at a time from one event
/// loop. That loop is what is busy; the backend, on another, writes bytes that it has ready.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ClientBenchmark {
  private static final int REQUESTS = 4_000;
  private static final int AT_A_TIME = 32;
  private static final byte[] ANSWER =
      ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1024\r\n\r\n"
              + "x".repeat(1024))
          .getBytes(StandardCharsets.US_ASCII);

  private Transport backendLoops;
  private Transport clientLoops;
  private EventLoop loop;
  private Upstreams upstreams;
  private Permit permit;
  private Upstream.Endpoint endpoint;
  private ConnectionProvider connections;
  private HttpClient reactor;

  @Setup
  public void start() throws InterruptedException {
    backendLoops = Transport.start(1, "backend");
    Channel server =
        new ServerBootstrap()
            .group(backendLoops.eventLoops())
            .channel(backendLoops.serverChannel())
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new Ready());
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    int port = ((InetSocketAddress) server.localAddress()).getPort();
    clientLoops = Transport.start(1, "client");
    loop = clientLoops.eventLoops().next();

    var bench = new BenchBundle("127.0.0.1:" + port);
    permit = new Judged(bench).permit(Asked.get("/orders/17?page=2", bench.authorization(0)));
    upstreams =
        new Upstreams(
            clientLoops,
            "a",
            name -> {
              throw new IllegalArgumentException(name);
            },
            UpstreamEvents.NONE);
    upstreams.install(bench.bundle().upstreams().values());
    endpoint = ((Route.Forward) permit.route().action()).upstream().endpoints().getFirst();

    connections = ConnectionProvider.create("bench", AT_A_TIME);
    reactor =
        HttpClient.create(connections).runOn(clientLoops.eventLoops()).host("127.0.0.1").port(port);
  }

  @TearDown
  public void stop() {
    connections.dispose();
    upstreams.close();
    clientLoops.close();
    backendLoops.close();
  }

  @Benchmark
  @OperationsPerInvocation(REQUESTS)
  public void ownPools() throws InterruptedException {
    var batch = new Batch();
    for (int i = 0; i < AT_A_TIME; i++) {
      loop.execute(() -> next(batch));
    }
    batch.done.await();
  }

  private void next(Batch batch) {
    if (batch.isAnotherLeft()) {
      var answered = new Answered(batch);
      UpstreamStream stream = upstreams.open(permit, endpoint, loop, answered);
      answered.stream = stream;
      stream.head("GET", "/orders/17?page=2", fields(new DefaultHttpHeaders()), true);
    }
  }

  private static HttpHeaders fields(HttpHeaders headers) {
    return headers
        .set("host", "localhost")
        .set("accept", "*/*")
        .set("user-agent", "bench")
        .set("x-request-id", "0123456789abcdef");
  }

  @Benchmark
  @OperationsPerInvocation(REQUESTS)
  public void reactorNetty() throws InterruptedException {
    var batch = new Batch();
    for (int i = 0; i < AT_A_TIME; i++) {
      loop.execute(() -> nextOfReactor(batch));
    }
    batch.done.await();
  }

  private void nextOfReactor(Batch batch) {
    if (batch.isAnotherLeft()) {
      var subscription =
          reactor
              .headers(ClientBenchmark::fields)
              .get()
              .uri("/orders/17?page=2")
              .response((answer, body) -> body)
              .subscribe(
                  piece -> {},
                  error -> batch.fail(),
                  () -> {
                    batch.ended();
                    // As Spring does: from a new turn of the loop, not deeper in this one.
                    loop.execute(() -> nextOfReactor(batch));
                  });
      if (subscription == null) {
        batch.fail();
      }
    }
  }

  /// So many requests. Used on the client's loop.
  private static final class Batch {
    private final CountDownLatch done = new CountDownLatch(1);
    private int begun;
    private int over;

    boolean isAnotherLeft() {
      return begun++ < REQUESTS;
    }

    void ended() {
      if (++over == REQUESTS) {
        done.countDown();
      }
    }

    void fail() {
      throw new IllegalStateException("a request failed");
    }
  }

  private final class Answered implements UpstreamReceiver {
    private final Batch batch;
    private @Nullable UpstreamStream stream;

    Answered(Batch batch) {
      this.batch = batch;
    }

    @Override
    public void informational(int status, HttpHeaders headers) {}

    @Override
    public void head(int status, HttpHeaders headers, boolean end) {}

    @Override
    public void data(ByteBuf data, boolean end) {
      int bytes = data.readableBytes();
      data.release();
      if (end) {
        batch.ended();
        loop.execute(() -> next(batch));
      } else if (stream != null) {
        stream.consumed(bytes);
      }
    }

    @Override
    public void trailers(HttpHeaders trailers) {}

    @Override
    public void writable() {}

    @Override
    public void failed(UpstreamFailure failure) {
      batch.fail();
    }
  }

  /// Answers whatever comes in one read.
  private static final class Ready extends SimpleChannelInboundHandler<Object> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Object request) {
      ReferenceCountUtil.touch(request);
      ctx.writeAndFlush(Unpooled.wrappedBuffer(ANSWER));
    }
  }
}
