package io.sallyport.upstream;

import io.sallyport.bundle.Route;
import io.sallyport.upstream.UpstreamFailure.Kind;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The HTTP/1.1 connections of one event loop to one destination. The one used last is used next,
/// so that a quiet pool shrinks. No lock and no hop: everything happens on the loop.
final class Http1Pool implements Pool {
  final Destination destination;
  final LoopConnections loop;

  private final PoolSettings settings;
  private final ArrayDeque<Http1Connection> idle = new ArrayDeque<>();
  private final ArrayDeque<Http1Stream> waiting = new ArrayDeque<>();
  private int open;
  private int connecting;
  private int inFlight;

  Http1Pool(Destination destination, LoopConnections loop, PoolSettings settings) {
    this.destination = destination;
    this.loop = loop;
    this.settings = settings;
  }

  @Override
  public UpstreamStream open(
      Route.Timeouts timeouts, Route.@Nullable Stream webSocket, UpstreamReceiver receiver) {
    return new Http1Stream(this, timeouts, webSocket, receiver);
  }

  @Override
  public int inFlight() {
    return inFlight;
  }

  @Override
  public boolean empty() {
    return open == 0 && connecting == 0 && waiting.isEmpty();
  }

  void begin(Http1Stream stream) {
    inFlight++;
    loop.add(stream);
  }

  void end(Http1Stream stream) {
    inFlight--;
    loop.remove(stream);
  }

  /// Gives the stream a connection, now or later.
  void acquire(Http1Stream stream) {
    Http1Connection connection;
    while ((connection = idle.pollLast()) != null) {
      // Its end may be known to the socket and not yet to us.
      if (connection.channel.isActive()) {
        stream.carriedBy(connection);
        return;
      }
    }
    if (loop.closing()) {
      stream.failLater(new UpstreamFailure(Kind.CONNECT, true, "the gateway is closing"));
    } else if (open + connecting < settings.open()) {
      waiting.add(stream);
      connect(stream.connectNanos());
    } else if (waiting.size() < settings.waiting()) {
      waiting.add(stream);
    } else {
      var failure =
          new UpstreamFailure(
              Kind.NO_CAPACITY, true, open + " connections busy, " + waiting.size() + " waiting");
      destination.state().observed(destination.endpoint(), failure);
      stream.failLater(failure);
    }
  }

  /// The stream does not want a connection any more.
  void forget(Http1Stream stream) {
    waiting.remove(stream);
  }

  void giveBack(Http1Connection connection) {
    if (!connection.channel.isActive()) {
      return;
    }
    Http1Stream next = waiting.pollFirst();
    if (next != null) {
      next.carriedBy(connection);
    } else if (loop.closing() || idle.size() >= settings.idle()) {
      var _ = connection.channel.close();
    } else {
      connection.idleSince = loop.now();
      idle.addLast(connection);
    }
  }

  /// A connection that stood has ended.
  void closed(Http1Connection connection) {
    open--;
    if (connection.idle()) {
      idle.remove(connection);
    }
    destination.state().disconnected(destination.endpoint());
    connectForThoseWaiting();
  }

  void desynchronised(Http1Connection connection) {
    idle.remove(connection);
    destination.state().unasked(destination.endpoint());
  }

  @Override
  public void closeIdle(long olderThan) {
    Http1Connection oldest;
    while ((oldest = idle.peekFirst()) != null && oldest.idleSince - olderThan <= 0) {
      idle.removeFirst();
      var _ = oldest.channel.close();
    }
  }

  @Override
  public long idleNanos() {
    return settings.idleFor().toNanos();
  }

  private void connect(long timeoutNanos) {
    connecting++;
    new Http1Connector(this, timeoutNanos).connect();
  }

  void connected(Http1Connection connection, long nanos) {
    connecting--;
    open++;
    connection.established();
    destination.state().connected(destination.endpoint(), nanos);
    giveBack(connection);
  }

  void connectFailed(UpstreamFailure failure) {
    connecting--;
    destination.state().failed(destination.endpoint(), failure);
    // Whoever waited longest hears of it, unless the other attempts suffice for all who wait.
    if (waiting.size() > connecting) {
      waiting.removeFirst().fail(failure);
    }
    connectForThoseWaiting();
  }

  private void connectForThoseWaiting() {
    if (waiting.size() > connecting && open + connecting < settings.open()) {
      Http1Stream first = waiting.getFirst();
      connect(first.connectNanos());
    }
  }
}
