package io.sallyport.listener;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/// How many connections are open, in all and from each source. A source is an IPv4 address or an
/// IPv6 /64, which is what one subscriber gets. Safe for use by several threads; asked once per
/// connection.
final class ConnectionBounds {
  private final int most;
  private final int mostPerSource;
  private final AtomicInteger open = new AtomicInteger();
  private final ConcurrentMap<Source, Integer> bySource = new ConcurrentHashMap<>();

  ConnectionBounds(int most, int mostPerSource) {
    this.most = most;
    this.mostPerSource = mostPerSource;
  }

  /// What came of asking for one more connection.
  enum Entry {
    ENTERED,
    TOO_MANY,
    TOO_MANY_FROM_SOURCE
  }

  /// Counts one more connection, unless that would be one too many.
  ///
  /// @param exempt whether the bound per source does not apply
  Entry enter(InetAddress address, boolean exempt) {
    if (open.incrementAndGet() > most) {
      open.decrementAndGet();
      return Entry.TOO_MANY;
    }
    int ofSource = bySource.merge(Source.of(address), 1, Integer::sum);
    if (ofSource > mostPerSource && !exempt) {
      leave(address);
      return Entry.TOO_MANY_FROM_SOURCE;
    }
    return Entry.ENTERED;
  }

  /// A connection that had entered is closed.
  void leave(InetAddress address) {
    open.decrementAndGet();
    bySource.computeIfPresent(Source.of(address), (_, count) -> count == 1 ? null : count - 1);
  }

  int open() {
    return open.get();
  }

  private record Source(long high, int length) {
    static Source of(InetAddress address) {
      byte[] bytes = address.getAddress();
      int used = address instanceof Inet6Address ? 8 : bytes.length;
      long high = 0;
      for (byte b : Arrays.copyOf(bytes, used)) {
        high = high << 8 | (b & 0xff);
      }
      return new Source(high, used);
    }
  }
}
