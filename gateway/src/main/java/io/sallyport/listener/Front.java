package io.sallyport.listener;

import io.netty.channel.EventLoop;
import io.sallyport.edge.ExchangeHandler;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// What all connections of one listener share.
final class Front {
  final ListenerSettings settings;
  final Certificates certificates;
  final ExchangeHandler handler;
  final ListenerEvents events;
  final ConnectionBounds connections;
  final BytesInFlight bytesInFlight;

  private final ConcurrentMap<EventLoop, LoopWatch> watches = new ConcurrentHashMap<>();
  private final ConcurrentMap<EventLoop, AnswerStamp> stamps = new ConcurrentHashMap<>();
  volatile boolean draining;

  Front(
      ListenerSettings settings,
      Certificates certificates,
      ExchangeHandler handler,
      ListenerEvents events) {
    this.settings = settings;
    this.certificates = certificates;
    this.handler = handler;
    this.events = events;
    var bounds = settings.bounds();
    this.connections = new ConnectionBounds(bounds.connections(), bounds.connectionsPerSource());
    this.bytesInFlight = new BytesInFlight(bounds.bytesInFlight());
  }

  LoopWatch watch(EventLoop loop) {
    return watches.computeIfAbsent(loop, key -> new LoopWatch(key, tickMillis()));
  }

  AnswerStamp stamp(EventLoop loop) {
    return stamps.computeIfAbsent(loop, _ -> new AnswerStamp(settings.hsts()));
  }

  ConcurrentMap<EventLoop, LoopWatch> watches() {
    return watches;
  }

  /// A time-out is late by a tenth at most, and looking costs next to nothing.
  private long tickMillis() {
    var bounds = settings.bounds();
    long shortest =
        Math.min(
            bounds.idle().toMillis(),
            Math.min(bounds.header().toMillis(), bounds.handshake().toMillis()));
    return Math.clamp(shortest / 10, 10, 500);
  }
}
