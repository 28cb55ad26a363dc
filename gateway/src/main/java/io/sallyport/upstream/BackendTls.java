package io.sallyport.upstream;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.sallyport.bundle.Upstream;
import io.sallyport.wire.TlsProvider;
import java.util.Objects;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// TLS to backends that one trust store vouches for. The certificate must carry the server name
/// (RFC 9525); TLS 1.2 and 1.3.
final class BackendTls {
  private static final ApplicationProtocolConfig ONLY_HTTP2 =
      new ApplicationProtocolConfig(
          ApplicationProtocolConfig.Protocol.ALPN,
          ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
          ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
          ApplicationProtocolNames.HTTP_2);

  private final TrustManagerFactory trust;
  private final @Nullable String serverName;
  private final TlsProvider provider = TlsProvider.best();
  private final SslContext context;

  BackendTls(TrustManagerFactory trust, @Nullable String serverName) {
    this(trust, serverName, UnaryOperator.identity());
  }

  private BackendTls(
      TrustManagerFactory trust,
      @Nullable String serverName,
      UnaryOperator<SslContextBuilder> protocol) {
    this.trust = trust;
    this.serverName = serverName;
    try {
      context =
          protocol
              .apply(provider.configure(SslContextBuilder.forClient()))
              .protocols("TLSv1.3", "TLSv1.2")
              .trustManager(trust)
              .endpointIdentificationAlgorithm("HTTPS")
              .build();
    } catch (SSLException e) {
      throw new IllegalArgumentException("tls: " + e.getMessage(), e);
    }
  }

  /// The same, offering HTTP/2 and nothing else (ALPN), with the cipher suites that HTTP/2 allows
  /// (RFC 9113 §9.2.2).
  static BackendTls forHttp2(TrustManagerFactory trust, @Nullable String serverName) {
    return new BackendTls(
        trust,
        serverName,
        builder ->
            builder
                .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(ONLY_HTTP2));
  }

  /// Whether connections made with this are as good as made anew.
  boolean sameAs(TrustManagerFactory otherTrust, @Nullable String otherName) {
    return trust.equals(otherTrust) && Objects.equals(serverName, otherName);
  }

  SslHandler newHandler(ByteBufAllocator allocator, Upstream.Endpoint endpoint) {
    String name = serverName == null ? endpoint.host() : serverName;
    SslHandler handler = context.newHandler(allocator, name, endpoint.port());
    provider.prepare(handler.engine());
    return handler;
  }
}
