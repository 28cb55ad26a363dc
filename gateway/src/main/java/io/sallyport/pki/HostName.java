package io.sallyport.pki;

import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Pattern;

/// One name or address that a server certificate is for (RFC 5280 section 4.2.1.6): a DNS name,
/// perhaps with a first label of `*`, or an IP address. Never looked up in the DNS.
public sealed interface HostName {

  /// As a person writes it.
  String text();

  /// Reads a DNS name or an IPv4 or IPv6 address.
  ///
  /// @throws CertificateProblem when it is neither
  static HostName parse(String text) {
    if (text.indexOf(':') >= 0 || Address.LOOKS_LIKE_IPV4.matcher(text).matches()) {
      return Address.parse(text);
    }
    return new Dns(text.toLowerCase(Locale.ROOT));
  }

  /// A DNS name in lower case.
  record Dns(String text) implements HostName {
    private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern NAME =
        Pattern.compile("(\\*\\.)?" + LABEL + "(\\." + LABEL + ")*");

    public Dns {
      if (text.length() > 253 || !NAME.matcher(text).matches()) {
        throw new CertificateProblem("not a host name or IP address: '" + text + "'");
      }
    }

    /// The name without a first label of `*`.
    public String base() {
      return text.startsWith("*.") ? text.substring(2) : text;
    }
  }

  /// An IP address.
  record Address(InetAddress address) implements HostName {
    private static final Pattern LOOKS_LIKE_IPV4 = Pattern.compile("[0-9.]+");
    private static final Pattern FOUR_NUMBERS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    static Address parse(String text) {
      // The JDK also takes 127.1 and the like, which nobody means in a certificate.
      if (text.indexOf(':') < 0 && !FOUR_NUMBERS.matcher(text).matches()) {
        throw new CertificateProblem("not a host name or IP address: '" + text + "'");
      }
      try {
        return new Address(InetAddress.ofLiteral(text));
      } catch (IllegalArgumentException e) {
        throw new CertificateProblem("not a host name or IP address: '" + text + "'", e);
      }
    }

    @Override
    public String text() {
      return address.getHostAddress();
    }
  }
}
