package io.sallyport.wire;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import java.util.List;
import javax.net.ssl.SSLEngine;

/// Who does TLS: BoringSSL where its native library loads, else the JDK, at 6 to 7 µs more per
/// request and without a post-quantum group.
public enum TlsProvider {
  BORINGSSL(SslProvider.OPENSSL, "X25519MLKEM768:X25519:P-256:P-384"),
  JDK(SslProvider.JDK, "x25519:secp256r1:secp384r1");

  static {
    // BoringSSL renegotiates with nobody. The JDK does with every client of TLS 1.2 that asks,
    // unless this is set before its first handshake as a server.
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
  }

  private final SslProvider netty;
  private final String groups;

  TlsProvider(SslProvider netty, String groups) {
    this.netty = netty;
    this.groups = groups;
  }

  /// The best one on this machine.
  public static TlsProvider best() {
    return OpenSsl.isAvailable() ? BORINGSSL : JDK;
  }

  /// The named groups that are offered and taken, best first, as this provider spells them.
  public List<String> groups() {
    return List.of(groups.split(":"));
  }

  /// Whether a key exchange that withstands a quantum computer is among the groups.
  public boolean postQuantum() {
    return groups.contains("X25519MLKEM768");
  }

  /// The group that a connection's keys were agreed with, such as `X25519MLKEM768`; empty when the
  /// provider does not tell. Called on the connection's loop, after its handshake.
  public static String group(SSLEngine engine) {
    if (!(engine instanceof ReferenceCountedOpenSslEngine boring)) {
      return "";
    }
    try {
      String name = SSL.getGroupName(boring.sslPointer());
      return name == null ? "" : name;
    } catch (Exception e) {
      // Native code declares nothing finer; a name for a meter is not worth a connection.
      return "";
    }
  }

  /// Sets provider and groups. The JDK's groups belong to an engine: see [#prepare].
  public SslContextBuilder configure(SslContextBuilder builder) {
    builder.sslProvider(netty);
    return switch (this) {
      case BORINGSSL -> builder.option(OpenSslContextOption.GROUPS, groups.split(":"));
      case JDK -> builder;
    };
  }

  /// The same for a server's context, which is counted where there is native memory behind it:
  /// whoever built it releases it, and it is freed when its last connection is gone. The engine of
  /// a connection is freed when that closes. Else each would need a finalizer: docs/adr/0013.
  public SslContextBuilder configureServer(SslContextBuilder builder) {
    configure(builder);
    return switch (this) {
      case BORINGSSL -> builder.sslProvider(SslProvider.OPENSSL_REFCNT);
      case JDK -> builder;
    };
  }

  /// Sets on a new engine what its context cannot hold: the JDK silently ignores the groups of a
  /// context.
  public SSLEngine prepare(SSLEngine engine) {
    switch (this) {
      case BORINGSSL -> {}
      case JDK -> {
        var parameters = engine.getSSLParameters();
        parameters.setNamedGroups(groups.split(":"));
        engine.setSSLParameters(parameters);
      }
    }
    return engine;
  }
}
