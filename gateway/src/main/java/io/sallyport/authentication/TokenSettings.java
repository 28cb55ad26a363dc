package io.sallyport.authentication;

import java.net.InetAddress;
import java.util.function.Predicate;

/// Bounds of authentication. Rates are signature checks per second; each may come in a burst of
/// twice as many.
///
/// @param checksPerConnection for one client connection
/// @param checksPerSource for one source address (IPv6: its /64)
/// @param checksInAll for the process
/// @param exempt sources that are not bounded by `checksPerSource`: trusted networks
/// @param cacheBytes memory for verified tokens, about
public record TokenSettings(
    int checksPerConnection,
    int checksPerSource,
    int checksInAll,
    Predicate<InetAddress> exempt,
    long cacheBytes) {
  public static final TokenSettings DEFAULT =
      new TokenSettings(50, 100, 4000, source -> false, 64 << 20);

  public TokenSettings {
    check("checks-per-connection", checksPerConnection);
    check("checks-per-source", checksPerSource);
    check("checks-in-all", checksInAll);
    check("cache-bytes", cacheBytes);
  }

  private static void check(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + ": must be positive");
    }
  }
}
