package io.sallyport.spring;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import java.util.function.IntConsumer;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/// Buffers on their way from an exchange's event loop to the one who subscribes. Filled on that
/// loop; how much waits is bounded by whoever fills it and hears what was taken.
final class Pipe {
  private final EventLoop loop;
  private final NettyDataBufferFactory factory;
  private final IntConsumer taken;
  private final Sinks.Many<ByteBuf> buffers = Sinks.many().unicast().onBackpressureBuffer();
  private int waiting;

  /// @param taken hears, on the loop, of bytes that have left
  Pipe(EventLoop loop, NettyDataBufferFactory factory, IntConsumer taken) {
    this.loop = loop;
    this.factory = factory;
    this.taken = taken;
  }

  /// Takes the buffer.
  void put(ByteBuf data) {
    int bytes = data.readableBytes();
    waiting += bytes;
    if (bytes == 0 || buffers.tryEmitNext(data).isFailure()) {
      data.release();
      left(bytes);
    }
  }

  void end() {
    buffers.tryEmitComplete();
  }

  void fail(Throwable why) {
    buffers.tryEmitError(why);
  }

  /// Bytes that nobody has taken yet.
  int waiting() {
    return waiting;
  }

  /// For one subscriber, who owns the buffers.
  Flux<DataBuffer> flux() {
    return buffers
        .asFlux()
        .doOnDiscard(ByteBuf.class, ReferenceCountUtil::release)
        .<DataBuffer>map(this::take)
        .doOnDiscard(DataBuffer.class, DataBufferUtils::release);
  }

  /// Nobody will take what waits here, if nobody has begun to.
  void abandon() {
    flux().subscribe(DataBufferUtils::release, _ -> {}).dispose();
  }

  private DataBuffer take(ByteBuf data) {
    int bytes = data.readableBytes();
    if (loop.inEventLoop()) {
      left(bytes);
    } else {
      loop.execute(() -> left(bytes));
    }
    return factory.wrap(data);
  }

  private void left(int bytes) {
    waiting -= bytes;
    taken.accept(bytes);
  }
}
