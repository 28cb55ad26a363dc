package io.sallyport.upstream;

import io.sallyport.bundle.Route;
import io.sallyport.upstream.UpstreamFailure.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// The HTTP/2 connections of one event loop to one destination.
///
/// A stream goes to the oldest connection that has room, so that one connection carries a quiet
/// upstream and those beyond it come to rest. Another connection is opened only for streams that
/// neither those that stand nor those that are being opened will carry.
final class H2Pool implements Pool {
  /// How many streams a connection is thought to carry before its peer has said: what RFC 9113
  /// §6.5.2 recommends as the least.
  private static final int STREAMS_EXPECTED = 100;

  final Destination destination;
  final LoopConnections loop;

  private final PoolSettings settings;
  private final ArrayList<H2Connection> usable = new ArrayList<>(1);
  private final ArrayDeque<H2Stream> waiting = new ArrayDeque<>();
  private int streamsEach = STREAMS_EXPECTED;
  private int open;
  private int connecting;
  private int inFlight;

  H2Pool(Destination destination, LoopConnections loop, PoolSettings settings) {
    this.destination = destination;
    this.loop = loop;
    this.settings = settings;
  }

  @Override
  public UpstreamStream open(
      Route.Timeouts timeouts, Route.@Nullable Stream webSocket, UpstreamReceiver receiver) {
    return new H2Stream(this, timeouts, receiver);
  }

  @Override
  public int inFlight() {
    return inFlight;
  }

  @Override
  public boolean empty() {
    return open == 0 && connecting == 0 && waiting.isEmpty();
  }

  @Override
  public long idleNanos() {
    return settings.idleFor().toNanos();
  }

  void begin(H2Stream stream) {
    inFlight++;
    loop.add(stream);
  }

  void end(H2Stream stream) {
    inFlight--;
    loop.remove(stream);
  }

  /// Gives the stream a connection, now or later.
  void acquire(H2Stream stream) {
    H2Connection connection = loop.closing() ? null : withRoom();
    if (connection != null) {
      stream.carriedBy(connection);
    } else if (loop.closing()) {
      stream.failLater(new UpstreamFailure(Kind.CONNECT, true, "the gateway is closing"));
    } else if (mayConnect() || beyondThoseConnecting() < settings.waiting()) {
      waiting.add(stream);
      connectForThoseWaiting();
    } else {
      var failure =
          new UpstreamFailure(
              Kind.NO_CAPACITY, true, open + " connections full, " + waiting.size() + " waiting");
      destination.state().observed(destination.endpoint(), failure);
      stream.failLater(failure);
    }
  }

  private @Nullable H2Connection withRoom() {
    for (int i = 0; i < usable.size(); i++) {
      H2Connection each = usable.get(i);
      if (each.hasRoom()) {
        return each;
      }
    }
    return null;
  }

  private boolean mayConnect() {
    return open + connecting < settings.open();
  }

  /// How many wait that the connections being opened will not carry; negative when they will carry
  /// more.
  private int beyondThoseConnecting() {
    return waiting.size() - connecting * streamsEach;
  }

  /// The stream does not want a connection any more.
  void forget(H2Stream stream) {
    waiting.remove(stream);
  }

  /// A stream of this connection has ended, or it may carry more.
  void roomIn(H2Connection connection) {
    while (!waiting.isEmpty() && connection.hasRoom()) {
      waiting.removeFirst().carriedBy(connection);
    }
    if (loop.closing()) {
      connection.retire();
    }
  }

  /// The connection takes no more streams.
  void retired(H2Connection connection) {
    usable.remove(connection);
    connectForThoseWaiting();
  }

  /// A connection that stood has ended.
  void closed() {
    open--;
    destination.state().disconnected(destination.endpoint());
    connectForThoseWaiting();
  }

  @Override
  public void closeIdle(long olderThan) {
    for (int i = usable.size() - 1; i >= 0; i--) {
      H2Connection each = usable.get(i);
      if (each.idle() && each.idleSince - olderThan <= 0) {
        each.retire();
      }
    }
  }

  private void connectForThoseWaiting() {
    while (beyondThoseConnecting() > 0 && mayConnect() && !loop.closing()) {
      connecting++;
      new H2Connector(this, waiting.getFirst().connectNanos()).connect();
    }
  }

  /// @param streams how many it carries at once
  void connected(H2Connection connection, int streams, long nanos) {
    connecting--;
    open++;
    streamsEach = Math.max(1, streams);
    usable.add(connection);
    destination.state().connected(destination.endpoint(), nanos);
    connection.idleSince = loop.now();
    roomIn(connection);
    connectForThoseWaiting();
  }

  void connectFailed(UpstreamFailure failure) {
    connecting--;
    destination.state().failed(destination.endpoint(), failure);
    // Whoever waited longest hears of it, unless the other attempts suffice for all who wait.
    for (int unlucky = beyondThoseConnecting(); unlucky > 0; unlucky--) {
      H2Stream first = waiting.pollFirst();
      if (first == null) {
        return;
      }
      first.fail(failure);
    }
  }
}
