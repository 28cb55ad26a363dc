package io.sallyport.upstream;

import io.sallyport.bundle.Upstream;
import io.sallyport.upstream.EndpointStatus.Health;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// How well one endpoint is: what active checks and real requests have taught. Known by (upstream
/// id, address); outlives a bundle. Safe for use by all event loops; a request that goes well reads
/// two fields and writes none.
final class EndpointState {
  /// How often an endpoint whose ejection has passed is tried with one request, until one succeeds.
  private static final long PROBE_NANOS = 1_000_000_000L;

  private static final long NOT_EJECTED = 0;

  private final UpstreamState upstream;
  private final String address;
  private final AtomicInteger failuresInRow = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();

  /// When it may be tried again; [#NOT_EJECTED] when it is not ejected.
  private final AtomicLong ejectedUntil = new AtomicLong(NOT_EJECTED);

  private volatile boolean trial;
  private volatile boolean down;

  EndpointState(UpstreamState upstream, String address) {
    this.upstream = upstream;
    this.address = address;
  }

  String address() {
    return address;
  }

  Health health() {
    if (down) {
      return Health.DOWN;
    }
    return ejectedUntil.get() == NOT_EJECTED ? Health.WELL : Health.EJECTED;
  }

  int connections() {
    return connections.get();
  }

  int failuresInRow() {
    return failuresInRow.get();
  }

  /// When its ejection passes; meaningful while it is ejected.
  long ejectedUntil() {
    return ejectedUntil.get();
  }

  /// Whether it may be given a request, or one that tries it after its ejection.
  boolean mayBeTried(long now) {
    if (down) {
      return false;
    }
    long until = ejectedUntil.get();
    return until == NOT_EJECTED || now - until >= 0;
  }

  /// Takes the request that was chosen for it. After an ejection only one a second gets it.
  boolean claim(long now) {
    long until = ejectedUntil.get();
    if (until == NOT_EJECTED) {
      return true;
    }
    if (now - until >= 0 && ejectedUntil.compareAndSet(until, notZero(now + PROBE_NANOS))) {
      trial = true;
      return true;
    }
    return false;
  }

  /// Whether its ejection has passed and a request tries it.
  boolean onTrial() {
    return trial;
  }

  // ---- what streams tell ----

  void answered(Upstream.Endpoint endpoint, int status) {
    if (status == 502 || status == 503 || status == 504) {
      countFailure(endpoint, "answered " + status);
    } else if (failuresInRow.get() != 0 || ejectedUntil.get() != NOT_EJECTED) {
      recovered(endpoint);
    }
  }

  void failed(Upstream.Endpoint endpoint, UpstreamFailure failure) {
    upstream.events().failed(upstream.id(), endpoint, failure);
    countFailure(endpoint, failure.detail());
  }

  /// A failure that says nothing about health.
  void observed(Upstream.Endpoint endpoint, UpstreamFailure failure) {
    upstream.events().failed(upstream.id(), endpoint, failure);
  }

  void unasked(Upstream.Endpoint endpoint) {
    observed(
        endpoint,
        new UpstreamFailure(
            UpstreamFailure.Kind.BROKEN, false, "bytes after the end of an answer"));
  }

  void connected(Upstream.Endpoint endpoint, long nanos) {
    connections.incrementAndGet();
    upstream.events().connected(upstream.id(), endpoint, nanos);
  }

  void disconnected(Upstream.Endpoint endpoint) {
    connections.decrementAndGet();
    upstream.events().disconnected(upstream.id(), endpoint);
  }

  private void countFailure(Upstream.Endpoint endpoint, String why) {
    upstream.failedInRow(this, endpoint, failuresInRow.incrementAndGet(), why);
  }

  private void recovered(Upstream.Endpoint endpoint) {
    failuresInRow.set(0);
    if (ejectedUntil.getAndSet(NOT_EJECTED) != NOT_EJECTED) {
      upstream.changed(this, endpoint, Health.WELL, "a request succeeded");
    }
  }

  // ---- what the upstream decides ----

  void eject(long until) {
    trial = false;
    ejectedUntil.set(notZero(until));
  }

  /// Takes what active checks say; true when that is new. Well again wipes out an ejection: the
  /// endpoint has been away and is not what it was.
  boolean down(boolean isDown) {
    if (down == isDown) {
      return false;
    }
    if (!isDown) {
      failuresInRow.set(0);
      ejectedUntil.set(NOT_EJECTED);
    }
    down = isDown;
    return true;
  }

  private static long notZero(long time) {
    return time == NOT_EJECTED ? 1 : time;
  }
}
