package io.sallyport.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EndOfTurnFlushTest {
  private final AtomicInteger flushes = new AtomicInteger();
  private final AtomicInteger received = new AtomicInteger();

  @ParameterizedTest
  @ValueSource(strings = {"epoll or better", "nio"})
  void writesOfOneTurnAreFlushedOnce(String transport) throws InterruptedException {
    assertThat(flushesFor(transport, 10, 100)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll or better", "nio"})
  void whatCountsNothingIsFlushedToo(String transport) throws InterruptedException {
    assertThat(flushesFor(transport, 1, 5, 0)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll or better", "nio"})
  void aLargeTurnIsFlushedEverySixteenKibibytes(String transport) throws InterruptedException {
    assertThat(flushesFor(transport, 10, 8 * 1024)).isBetween(5, 6);
  }

  @Test
  void aChannelThatThrowsIsClosedAndTheLoopFlushesOn() {
    var broken = new BrokenOnce();
    var flush = new EndOfTurnFlush(broken);
    flush.written(1);
    broken.runPendingTasks();
    assertThat(broken.isOpen()).isFalse();

    flush.written(1);
    broken.runPendingTasks();

    assertThat(broken.flushes).isEqualTo(2);
  }

  private static final class BrokenOnce extends EmbeddedChannel {
    private int flushes;

    @Override
    public Channel flush() {
      if (++flushes == 1) {
        throw new IllegalStateException("broken");
      }
      return this;
    }
  }

  private int flushesFor(String which, int writes, int bytes) throws InterruptedException {
    return flushesFor(which, writes, bytes, bytes);
  }

  /// @param told how many bytes of each write are told; the rest is framing
  private int flushesFor(String which, int writes, int bytes, int told)
      throws InterruptedException {
    try (var transport =
        which.equals("nio") ? Transport.startNio(1, "test") : Transport.start(1, "test")) {
      var all = new CountDownLatch(1);
      var server =
          new ServerBootstrap()
              .group(transport.eventLoops())
              .channel(transport.serverChannel())
              .childHandler(
                  new SimpleChannelInboundHandler<ByteBuf>() {
                    @Override
                    public boolean isSharable() {
                      return true;
                    }

                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf data) {
                      if (received.addAndGet(data.readableBytes()) == writes * bytes) {
                        all.countDown();
                      }
                    }
                  })
              .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .sync()
              .channel();
      Channel client =
          new Bootstrap()
              .group(transport.eventLoops())
              .channel(transport.clientChannel())
              .handler(new ChannelInboundHandlerAdapter())
              .connect(server.localAddress())
              .sync()
              .channel();
      client
          .eventLoop()
          .submit(
              () -> {
                client.pipeline().addFirst(new CountFlushes());
                var flush = new EndOfTurnFlush(client);
                for (int i = 0; i < writes; i++) {
                  client.write(Unpooled.wrappedBuffer(new byte[bytes]), client.voidPromise());
                  flush.written(told);
                }
              })
          .sync();
      assertThat(all.await(5, TimeUnit.SECONDS)).isTrue();
      return flushes.get();
    }
  }

  private final class CountFlushes extends ChannelOutboundHandlerAdapter {
    @Override
    public void flush(ChannelHandlerContext ctx) {
      flushes.incrementAndGet();
      ctx.flush();
    }
  }
}
