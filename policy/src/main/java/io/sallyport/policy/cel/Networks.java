package io.sallyport.policy.cel;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A set of networks that knows by binary search whether it holds an address. IPv4 and IPv6 are
/// apart: `::/0` holds no IPv4 address.
final class Networks {
  private static final Pattern IPV4 =
      Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
  private static final Pattern PREFIX = Pattern.compile("0|[1-9][0-9]{0,2}");

  private final List<Range> ipv4;
  private final List<Range> ipv6;

  /// The networks of these texts, each of which [#problem] found well formed.
  Networks(Collection<String> cidrs) {
    List<Range> ranges = cidrs.stream().map(Networks::range).sorted().toList();
    this.ipv4 = merged(ranges.stream().filter(range -> range.first.length == 4).toList());
    this.ipv6 = merged(ranges.stream().filter(range -> range.first.length == 16).toList());
  }

  boolean contains(InetAddress address) {
    byte[] octets = address.getAddress();
    List<Range> ranges = octets.length == 4 ? ipv4 : ipv6;
    int low = 0;
    int high = ranges.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Range range = ranges.get(middle);
      if (Arrays.compareUnsigned(octets, range.first) < 0) {
        high = middle - 1;
      } else if (Arrays.compareUnsigned(octets, range.last) > 0) {
        low = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  /// What is wrong with this text as a network (`192.0.2.0/24`) or a single address; null when it
  /// is one.
  static @Nullable String problem(String cidr) {
    int slash = cidr.indexOf('/');
    byte[] octets = octets(slash < 0 ? cidr : cidr.substring(0, slash));
    if (octets == null) {
      return "'" + cidr + "' is not a network such as 192.0.2.0/24 or 2001:db8::/32";
    }
    if (slash < 0) {
      return null;
    }
    String prefix = cidr.substring(slash + 1);
    if (!PREFIX.matcher(prefix).matches() || Integer.parseInt(prefix) > octets.length * 8) {
      return "'" + cidr + "' must end with a prefix length of at most " + octets.length * 8;
    }
    return Arrays.equals(octets, masked(octets, Integer.parseInt(prefix), 0))
        ? null
        : "'" + cidr + "' has bits beyond its prefix";
  }

  private static byte @Nullable [] octets(String address) {
    if (!IPV4.matcher(address).matches() && (address.indexOf(':') < 0 || address.contains("%"))) {
      return null;
    }
    try {
      byte[] octets = InetAddress.ofLiteral(address).getAddress();
      // An IPv4 address in IPv6 clothes would be a second spelling.
      return octets.length == 4 && address.indexOf(':') >= 0 ? null : octets;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static Range range(String cidr) {
    int slash = cidr.indexOf('/');
    byte[] octets = octets(slash < 0 ? cidr : cidr.substring(0, slash));
    if (octets == null) {
      throw new IllegalArgumentException("not a network: " + cidr);
    }
    int prefix = slash < 0 ? octets.length * 8 : Integer.parseInt(cidr.substring(slash + 1));
    return new Range(masked(octets, prefix, 0), masked(octets, prefix, 0xff));
  }

  /// The address with every bit beyond the prefix set to that of `fill`.
  private static byte[] masked(byte[] octets, int prefix, int fill) {
    byte[] result = octets.clone();
    for (int i = 0; i < result.length; i++) {
      int kept = Math.clamp(prefix - 8L * i, 0, 8);
      int mask = 0xff << (8 - kept) & 0xff;
      result[i] = (byte) ((octets[i] & mask) | (fill & ~mask));
    }
    return result;
  }

  private static List<Range> merged(List<Range> sorted) {
    List<Range> disjoint = new ArrayList<>();
    for (Range range : sorted) {
      Range previous = disjoint.isEmpty() ? null : disjoint.getLast();
      if (previous == null || Arrays.compareUnsigned(range.first, previous.last) > 0) {
        disjoint.add(range);
      }
      // Otherwise it lies within the previous one: networks overlap as wholes or not at all.
    }
    return List.copyOf(disjoint);
  }

  private static final class Range implements Comparable<Range> {
    private final byte[] first;
    private final byte[] last;

    Range(byte[] first, byte[] last) {
      this.first = first;
      this.last = last;
    }

    @Override
    public int compareTo(Range other) {
      int byFirst = Arrays.compareUnsigned(first, other.first);
      return byFirst != 0 ? byFirst : Arrays.compareUnsigned(other.last, last);
    }
  }
}
