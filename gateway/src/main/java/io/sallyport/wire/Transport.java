package io.sallyport.wire;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/// The event loops of the data plane and the kind of socket that runs on them: epoll where the
/// native library loads, else NIO.
///
/// One group serves for accepting, for clients and for backends, so that a request never leaves the
/// loop that read it. Safe for use by several threads.
public final class Transport implements AutoCloseable {
  private final String name;
  private final EventLoopGroup eventLoops;
  private final Class<? extends ServerSocketChannel> serverChannel;
  private final Class<? extends SocketChannel> clientChannel;

  private Transport(
      String name,
      EventLoopGroup eventLoops,
      Class<? extends ServerSocketChannel> serverChannel,
      Class<? extends SocketChannel> clientChannel) {
    this.name = name;
    this.eventLoops = eventLoops;
    this.serverChannel = serverChannel;
    this.clientChannel = clientChannel;
  }

  /// Starts the loops; their threads start with their first channel or task.
  ///
  /// @param loops how many, at least one: one for each core
  /// @param threadNamePrefix threads are called `PREFIX-1-1`, `PREFIX-1-2`…
  public static Transport start(int loops, String threadNamePrefix) {
    return Epoll.isAvailable()
        ? start(
            "epoll",
            loops,
            threadNamePrefix,
            EpollIoHandler.newFactory(),
            EpollServerSocketChannel.class,
            EpollSocketChannel.class)
        : startNio(loops, threadNamePrefix);
  }

  /// What [#start] falls back to.
  static Transport startNio(int loops, String threadNamePrefix) {
    return start(
        "nio",
        loops,
        threadNamePrefix,
        NioIoHandler.newFactory(),
        NioServerSocketChannel.class,
        NioSocketChannel.class);
  }

  private static Transport start(
      String name,
      int loops,
      String threadNamePrefix,
      IoHandlerFactory io,
      Class<? extends ServerSocketChannel> serverChannel,
      Class<? extends SocketChannel> clientChannel) {
    if (loops < 1) {
      throw new IllegalArgumentException("loops: at least 1, was " + loops);
    }
    var threads = new DefaultThreadFactory(threadNamePrefix);
    return new Transport(
        name, new MultiThreadIoEventLoopGroup(loops, threads, io), serverChannel, clientChannel);
  }

  public EventLoopGroup eventLoops() {
    return eventLoops;
  }

  public Class<? extends ServerSocketChannel> serverChannel() {
    return serverChannel;
  }

  public Class<? extends SocketChannel> clientChannel() {
    return clientChannel;
  }

  /// `epoll` or `nio`.
  public String name() {
    return name;
  }

  /// Closes every channel on the loops and ends their threads; waits at most five seconds.
  /// Idempotent; not to be called on one of the loops.
  @Override
  public void close() {
    eventLoops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}
