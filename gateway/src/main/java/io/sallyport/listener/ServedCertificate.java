package io.sallyport.listener;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.ReferenceCountUtil;
import io.sallyport.wire.TlsProvider;
import java.lang.ref.Cleaner;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLException;

/// A certificate as it is served: with its TLS context, and the hosts that it is good for.
///
/// TLS 1.2 and 1.3. No compression or early data: neither provider does them for a server unless it
/// is told to. No renegotiation: see [TlsProvider].
final class ServedCertificate {
  /// Both versions' suites are always listed: with those of TLS 1.3 alone, 1.2 would keep CBC and
  /// RSA key exchange.
  private static final List<String> SUITES =
      List.of(
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");

  private static final Cleaner UNREACHABLE = Cleaner.create();
  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  private final SslContext context;
  private final Set<String> names;

  private ServedCertificate(SslContext context, Set<String> names) {
    this.context = context;
    this.names = names;
    // A handshake may still be choosing it when others take its place: only when nobody can reach
    // it any more is it sure that none will.
    UNREACHABLE.register(this, () -> ReferenceCountUtil.safeRelease(context));
  }

  /// @throws IllegalArgumentException when the provider does not take certificate and key
  static ServedCertificate of(CertifiedKey certified, TlsProvider provider) {
    try {
      SslContext context =
          provider
              .configureServer(
                  SslContextBuilder.forServer(
                      certified.key(), certified.chain().toArray(X509Certificate[]::new)))
              .protocols("TLSv1.3", "TLSv1.2")
              .ciphers(SUITES)
              .applicationProtocolConfig(
                  new ApplicationProtocolConfig(
                      Protocol.ALPN,
                      SelectorFailureBehavior.NO_ADVERTISE,
                      SelectedListenerFailureBehavior.ACCEPT,
                      ApplicationProtocolNames.HTTP_2,
                      ApplicationProtocolNames.HTTP_1_1))
              .build();
      return new ServedCertificate(context, names(certified.chain().getFirst()));
    } catch (SSLException | CertificateParsingException e) {
      throw new IllegalArgumentException("certificate: " + e.getMessage(), e);
    }
  }

  private static Set<String> names(X509Certificate certificate) throws CertificateParsingException {
    var names = new HashSet<String>();
    Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
    if (alternatives != null) {
      for (List<?> alternative : alternatives) {
        if (alternative.get(0) instanceof Integer kind
            && (kind == DNS_NAME || kind == IP_ADDRESS)
            && alternative.get(1) instanceof String name) {
          names.add(name.toLowerCase(Locale.ROOT));
        }
      }
    }
    return Set.copyOf(names);
  }

  SslContext context() {
    return context;
  }

  /// Subject alternative names, lower case; wildcards as `*.example.com`.
  Set<String> names() {
    return names;
  }

  /// Whether the certificate names the host: itself, or by a wildcard for its first label (RFC 9525
  /// §6.3). Common names are not names.
  ///
  /// @param host lower case, without port; an IPv6 literal with its brackets
  boolean isFor(String host) {
    return names.contains(host) || names.contains(wildcard(host)) || isForAddress(host);
  }

  private boolean isForAddress(String host) {
    if (!host.startsWith("[")) {
      return false;
    }
    // The JDK spells an IPv6 name in full, and clients do not: compared as addresses.
    try {
      var address = Network.of(host.substring(1, host.length() - 1));
      return names.stream().anyMatch(name -> name.indexOf(':') >= 0 && address.isExactly(name));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  static String wildcard(String host) {
    int dot = host.indexOf('.');
    return dot <= 0 ? "" : "*" + host.substring(dot);
  }
}
