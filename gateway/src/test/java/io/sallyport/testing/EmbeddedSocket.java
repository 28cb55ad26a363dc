package io.sallyport.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DefaultSocketChannelConfig;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/// A connection without a network: what the other side sends is put in, what it would receive is
/// taken out, and its clock stands still, so that no timer ever fires. It is its own event loop;
/// used by one thread.
public final class EmbeddedSocket extends EmbeddedChannel implements SocketChannel {
  private final InetSocketAddress address =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 443);
  private @Nullable SocketChannelConfig socketConfig;

  private EmbeddedSocket() {
    super(DefaultChannelId.newInstance(), false, false);
  }

  /// A connection that stands.
  public static EmbeddedSocket open() {
    var socket = new EmbeddedSocket();
    try {
      socket.register();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    socket.freezeTime();
    // As the listener sets it.
    socket.config().setAllocator(PooledByteBufAllocator.DEFAULT);
    return socket;
  }

  /// The other side sends these bytes, in one piece; they are read in one turn of the loop.
  public void receive(byte[] bytes, int from, int length) {
    ByteBuf buffer = alloc().directBuffer(length).writeBytes(bytes, from, length);
    pipeline().fireChannelRead(buffer);
    pipeline().fireChannelReadComplete();
    runPendingTasks();
  }

  /// Ends the turn of the loop, and throws away what was sent to the other side.
  ///
  /// @return how many bytes that was
  public int sent() {
    runPendingTasks();
    checkException();
    int bytes = 0;
    Object message;
    while ((message = readOutbound()) != null) {
      if (message instanceof ByteBuf buffer) {
        bytes += buffer.readableBytes();
      }
      ReferenceCountUtil.release(message);
    }
    return bytes;
  }

  @Override
  public SocketChannelConfig config() {
    SocketChannelConfig config = socketConfig;
    if (config == null) {
      config = new DefaultSocketChannelConfig(this, new Socket());
      socketConfig = config;
    }
    return config;
  }

  @Override
  public @Nullable ServerSocketChannel parent() {
    return null;
  }

  @Override
  public InetSocketAddress localAddress() {
    return address;
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return address;
  }

  @Override
  public boolean isInputShutdown() {
    return !isActive();
  }

  @Override
  public boolean isOutputShutdown() {
    return !isActive();
  }

  @Override
  public boolean isShutdown() {
    return !isActive();
  }

  @Override
  public ChannelFuture shutdownInput() {
    return close();
  }

  @Override
  public ChannelFuture shutdownInput(ChannelPromise promise) {
    return close(promise);
  }

  @Override
  public ChannelFuture shutdownOutput() {
    return close();
  }

  @Override
  public ChannelFuture shutdownOutput(ChannelPromise promise) {
    return close(promise);
  }

  @Override
  public ChannelFuture shutdown() {
    return close();
  }

  @Override
  public ChannelFuture shutdown(ChannelPromise promise) {
    return close(promise);
  }
}
