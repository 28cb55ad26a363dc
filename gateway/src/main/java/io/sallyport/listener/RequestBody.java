package io.sallyport.listener;

/// How far the body of a request has come: announced, allowed, received, consumed. Both protocols
/// count with it. Used on one event loop.
final class RequestBody {
  private final BytesInFlight inFlight;
  private final long announced;
  private final boolean expected;
  private State state;
  private long most = -1;
  private long received;
  private long framed;
  private long unconsumed;
  private long lastProgress;

  private enum State {
    WAITING,
    ALLOWED,
    COMPLETE,
    BROKEN
  }

  /// What came of a piece.
  enum Taking {
    TAKEN,
    TOO_LARGE,
    OVERLOADED
  }

  /// @param announced bytes by Content-Length; -1 when not known
  RequestBody(BytesInFlight inFlight, boolean expected, long announced, long now) {
    this.inFlight = inFlight;
    this.expected = expected;
    this.announced = announced;
    this.state = expected ? State.WAITING : State.COMPLETE;
    this.lastProgress = now;
  }

  boolean expected() {
    return expected;
  }

  void allow(long maxBody) {
    most = maxBody;
    if (state == State.WAITING) {
      state = State.ALLOWED;
    }
  }

  boolean allowed() {
    return state == State.ALLOWED;
  }

  boolean announcedTooLarge() {
    return announced > most;
  }

  /// Counts bytes that came before anybody asked for them, and wait. To be taken back with
  /// [#consumed] when they go on.
  ///
  /// @return whether there is room for them
  boolean held(int bytes) {
    if (inFlight.full()) {
      return false;
    }
    unconsumed += bytes;
    inFlight.add(bytes);
    return true;
  }

  /// Counts a piece; only [Taking#TAKEN] ones are owed a [#consumed].
  Taking received(int bytes, boolean end) {
    received += bytes;
    if (most >= 0 && received > most) {
      return Taking.TOO_LARGE;
    }
    if (bytes > 0 && inFlight.full()) {
      return Taking.OVERLOADED;
    }
    unconsumed += bytes;
    inFlight.add(bytes);
    if (end && state != State.BROKEN) {
      state = State.COMPLETE;
    }
    return Taking.TAKEN;
  }

  /// Counts a frame against the announced length (RFC 9113 §8.1.1), which it must not exceed, and
  /// must meet at the end.
  boolean lengthHoldsWith(int bytes, boolean end) {
    framed += bytes;
    return announced < 0 || (end ? framed == announced : framed <= announced);
  }

  /// Takes back what was counted, at most what is owed.
  ///
  /// @return how many bytes it was
  int consumed(int bytes) {
    int counted = (int) Math.min(bytes, unconsumed);
    unconsumed -= counted;
    inFlight.remove(counted);
    return counted;
  }

  /// Nothing more of it is taken.
  ///
  /// @return whether that is new
  boolean breakOff() {
    boolean changed = state != State.BROKEN && state != State.COMPLETE;
    if (changed) {
      state = State.BROKEN;
    }
    return changed;
  }

  /// The exchange is over: nothing is owed any more.
  void close() {
    inFlight.remove(unconsumed);
    unconsumed = 0;
  }

  boolean broken() {
    return state == State.BROKEN;
  }

  boolean complete() {
    return state == State.COMPLETE;
  }

  /// Whether the client should send more now.
  boolean wanted(int window) {
    return state == State.ALLOWED && unconsumed < window;
  }

  void progressed(long now) {
    lastProgress = now;
  }

  long idleFor(long now) {
    return now - lastProgress;
  }
}
