package io.sallyport.listener;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Arrays;

/// A network of addresses: `10.0.0.0/8`, `2001:db8::/32`, or one address.
public final class Network {
  private final byte[] prefix;
  private final int bits;
  private final String text;

  private Network(byte[] prefix, int bits, String text) {
    this.prefix = prefix;
    this.bits = bits;
    this.text = text;
  }

  /// Reads a network in CIDR notation (RFC 4632). Host names are not looked up.
  ///
  /// @throws IllegalArgumentException when it is not one, or has bits set behind its prefix
  public static Network of(String cidr) {
    int slash = cidr.indexOf('/');
    String address = slash < 0 ? cidr : cidr.substring(0, slash);
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
    try {
      if (bytes != null) {
        int bits = slash < 0 ? bytes.length * 8 : Integer.parseInt(cidr.substring(slash + 1));
        var network = new Network(bytes, bits, cidr);
        if (bits >= 0 && bits <= bytes.length * 8 && Arrays.equals(network.masked(bytes), bytes)) {
          return network;
        }
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a network: " + cidr, e);
    }
    throw new IllegalArgumentException("not a network: " + cidr);
  }

  public boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == prefix.length && Arrays.equals(masked(bytes), prefix);
  }

  /// Whether this is the one address of that spelling.
  boolean isExactly(String address) {
    return Arrays.equals(of(address).prefix, prefix) && bits == prefix.length * 8;
  }

  private byte[] masked(byte[] address) {
    byte[] masked = address.clone();
    for (int i = 0; i < masked.length; i++) {
      int kept = Math.clamp(bits - i * 8L, 0, 8);
      masked[i] &= (byte) (0xff << (8 - kept));
    }
    return masked;
  }

  @Override
  public String toString() {
    return text;
  }
}
