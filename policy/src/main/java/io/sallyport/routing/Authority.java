package io.sallyport.routing;

import java.net.Inet6Address;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The host of an authority (RFC 3986 §3.2), in its one canonical spelling.
///
/// Stricter than the RFC: a name is letters, digits and hyphens in labels (RFC 1123 §2.1), without
/// a trailing dot; a port, where there is one, is 1 to 65535 without leading zeros; an IPv6 address
/// is rewritten to the spelling of RFC 5952.
final class Authority {
  private static final int LONGEST_NAME = 253;
  private static final int LONGEST_LABEL = 63;

  private Authority() {}

  /// The host in lower case, without its port; null when this is not an authority. The same
  /// instance when there is nothing to change.
  static @Nullable String canonicalHost(String authority) {
    int end = authority.startsWith("[") ? authority.indexOf(']') + 1 : authority.indexOf(':');
    if (end <= 0) {
      end = authority.length();
    }
    if (end < authority.length() && !isPort(authority, end)) {
      return null;
    }
    String host = authority.substring(0, end);
    return host.startsWith("[") ? canonicalAddress(host) : canonicalName(host);
  }

  static @Nullable String canonicalName(String name) {
    boolean upper = false;
    int label = 0;
    for (int i = 0; i <= name.length(); i++) {
      char c = i == name.length() ? '.' : name.charAt(i);
      if (c == '.') {
        boolean wellFormed =
            i > label
                && i - label <= LONGEST_LABEL
                && name.charAt(label) != '-'
                && name.charAt(i - 1) != '-';
        if (!wellFormed) {
          return null;
        }
        label = i + 1;
      } else if (c >= 'A' && c <= 'Z') {
        upper = true;
      } else if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) {
        return null;
      }
    }
    if (name.length() > LONGEST_NAME) {
      return null;
    }
    return upper ? name.toLowerCase(Locale.ROOT) : name;
  }

  private static boolean isPort(String authority, int colon) {
    int digits = authority.length() - colon - 1;
    if (authority.charAt(colon) != ':'
        || digits < 1
        || digits > 5
        || authority.charAt(colon + 1) == '0') {
      return false;
    }
    int port = 0;
    for (int i = colon + 1; i < authority.length(); i++) {
      int digit = authority.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
      port = port * 10 + digit;
    }
    return port <= 65535;
  }

  private static @Nullable String canonicalAddress(String bracketed) {
    if (!bracketed.endsWith("]")) {
      return null;
    }
    String inner = bracketed.substring(1, bracketed.length() - 1);
    // The JDK would take a zone (`%eth0`); an authority has none.
    if (inner.indexOf('%') >= 0 || inner.indexOf(':') < 0) {
      return null;
    }
    try {
      byte[] octets = Inet6Address.ofLiteral(inner).getAddress();
      return octets.length == 16 ? '[' + compressed(octets) + ']' : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /// RFC 5952 §4: the longest run of two or more zero groups, the first of equals, becomes `::`.
  private static String compressed(byte[] octets) {
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (octets[2 * i] & 0xff) << 8 | (octets[2 * i + 1] & 0xff);
    }
    int runStart = -1;
    int runLength = 1;
    for (int start = 0; start < 8; start++) {
      int end = start;
      while (end < 8 && groups[end] == 0) {
        end++;
      }
      if (end - start > runLength) {
        runStart = start;
        runLength = end - start;
      }
    }
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < 8; i++) {
      if (i == runStart) {
        text.append("::");
        i += runLength - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }
}
