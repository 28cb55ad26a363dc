package io.sallyport.upstream;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.sallyport.bundle.Upstream;
import io.sallyport.wire.TlsProvider;
import java.util.Objects;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// TLS to backends that one trust store vouches for. The certificate must carry the server name
/// (RFC 9525); TLS 1.2 and 1.3.
final class BackendTls {
  private final TrustManagerFactory trust;
  private final @Nullable String serverName;
  private final TlsProvider provider = TlsProvider.best();
  private final SslContext context;

  BackendTls(TrustManagerFactory trust, @Nullable String serverName) {
    this.trust = trust;
    this.serverName = serverName;
    try {
      context =
          provider
              .configure(SslContextBuilder.forClient())
              .protocols("TLSv1.3", "TLSv1.2")
              .trustManager(trust)
              .endpointIdentificationAlgorithm("HTTPS")
              .build();
    } catch (SSLException e) {
      throw new IllegalArgumentException("tls: " + e.getMessage(), e);
    }
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
