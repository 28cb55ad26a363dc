package io.sallyport.listener;

import io.sallyport.wire.TlsProvider;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The certificates that the public port serves, chosen by the server name that a client asks for
/// (RFC 6066 §3): by exact name, then by wildcard, else the first one.
///
/// Safe for use by several threads: one volatile read per handshake. Connections that stand keep
/// the certificate that they were opened with.
public final class Certificates {
  private final TlsProvider provider;
  private volatile Table table;

  /// @throws IllegalArgumentException when the list is empty or a key does not fit
  public Certificates(TlsProvider provider, List<CertifiedKey> certified) {
    this.provider = provider;
    this.table = Table.of(provider, certified);
  }

  /// Serves these from now on; all of them, or none when it throws.
  ///
  /// @param certified the first one is the default
  /// @throws IllegalArgumentException when the list is empty or a key does not fit
  public void replace(List<CertifiedKey> certified) {
    table = Table.of(provider, certified);
  }

  TlsProvider provider() {
    return provider;
  }

  /// The certificate for a server name; null when the client sent none.
  ServedCertificate choose(@Nullable String serverName) {
    return table.choose(serverName);
  }

  private record Table(ServedCertificate first, Map<String, ServedCertificate> byName) {

    static Table of(TlsProvider provider, List<CertifiedKey> certified) {
      if (certified.isEmpty()) {
        throw new IllegalArgumentException("certificates: none given");
      }
      var served = certified.stream().map(one -> ServedCertificate.of(one, provider)).toList();
      var byName = new HashMap<String, ServedCertificate>();
      for (ServedCertificate one : served) {
        for (String name : one.names()) {
          byName.putIfAbsent(name, one);
        }
      }
      return new Table(served.getFirst(), Map.copyOf(byName));
    }

    ServedCertificate choose(@Nullable String serverName) {
      if (serverName == null) {
        return first;
      }
      ServedCertificate exact = byName.get(serverName);
      return exact != null
          ? exact
          : byName.getOrDefault(ServedCertificate.wildcard(serverName), first);
    }
  }
}
