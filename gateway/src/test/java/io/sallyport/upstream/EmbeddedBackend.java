package io.sallyport.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.sallyport.admission.Permit;
import io.sallyport.bundle.Route;
import io.sallyport.bundle.Upstream;
import io.sallyport.testing.EmbeddedSocket;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// A backend behind one connection without a network: the real pool, stream and pipeline, and the
/// same answer to every request.
public final class EmbeddedBackend {
  private final byte[] answer;
  private final UpstreamState state =
      new UpstreamState("backend", "a", UpstreamEvents.NONE, System::nanoTime);
  private final Connector connector = new Connector();
  private @Nullable LoopConnections connections;
  private boolean owes;

  public EmbeddedBackend(byte[] answer) {
    this.answer = answer.clone();
  }

  /// What [Upstreams#open] does.
  public UpstreamStream open(
      Permit permit, Upstream.Endpoint endpoint, EventLoop loop, UpstreamReceiver receiver) {
    if (!(permit.route().action() instanceof Route.Forward(Upstream definition, _, _, _))) {
      throw new IllegalArgumentException("forwards nowhere");
    }
    LoopConnections here = connections;
    if (here == null) {
      state.install(
          state.compile(
              definition,
              name -> {
                throw new IllegalArgumentException(name);
              }));
      here = new LoopConnections(loop, connector, PoolSettings.DEFAULT);
      connections = here;
    }
    Destination destination =
        state
            .of(
                definition,
                name -> {
                  throw new IllegalArgumentException(name);
                })
            .destination(endpoint);
    return here.pool(destination).open(permit.route().timeouts(), null, receiver);
  }

  /// Takes what came of a request; when nothing more comes, answers it.
  ///
  /// @return whether anything happened
  public boolean turn() {
    EmbeddedSocket socket = connector.socket;
    if (socket == null) {
      return false;
    }
    if (socket.sent() > 0) {
      owes = true;
      return true;
    }
    if (!owes) {
      return false;
    }
    owes = false;
    // In pieces as large as a socket's reads.
    for (int from = 0; from < answer.length; from += 16 * 1024) {
      socket.receive(answer, from, Math.min(16 * 1024, answer.length - from));
    }
    return true;
  }

  /// Connects at once, to nowhere, and once.
  private static final class Connector extends Bootstrap {
    private @Nullable EmbeddedSocket socket;
    private @Nullable ChannelHandler initializer;

    @Override
    public Bootstrap handler(ChannelHandler handler) {
      initializer = handler;
      return this;
    }

    @Override
    public ChannelFuture connect(SocketAddress address) {
      if (socket != null) {
        throw new IllegalStateException("one connection is enough for one request at a time");
      }
      var opened = EmbeddedSocket.open();
      opened.pipeline().addLast(initializer);
      socket = opened;
      return opened.newSucceededFuture();
    }

    @Override
    @SuppressWarnings("MissingSuperCall") // a copy could not tell which connection it made
    public Bootstrap clone() {
      return this;
    }

    @Override
    public Bootstrap clone(EventLoopGroup group) {
      return this;
    }
  }
}
