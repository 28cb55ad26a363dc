package io.sallyport.scenarios;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Whom the load believes to be the target.
sealed interface Trust {
  /// What the Java runtime trusts.
  record Known() implements Trust {}

  /// The authorities in a PEM file, and no others.
  record Authority(Path pem) implements Trust {}

  /// Anybody: nothing about the certificate is checked.
  record Anybody() implements Trust {}

  default boolean checks() {
    return !(this instanceof Anybody);
  }

  /// The authorities as a key store; null stands for what the runtime trusts.
  ///
  /// @throws IllegalArgumentException when the PEM file cannot be read
  default @Nullable KeyStore authorities() {
    return switch (this) {
      case Known(), Anybody() -> null;
      case Authority(Path pem) -> read(pem);
    };
  }

  /// For connections that Gatling does not make.
  default SSLContext context() {
    try {
      var context = SSLContext.getInstance("TLS");
      if (checks()) {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities());
        context.init(null, factory.getTrustManagers(), null);
      } else {
        context.init(null, new TrustManager[] {new Believer()}, null);
      }
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this runtime has no TLS", e);
    }
  }

  private static KeyStore read(Path pem) {
    try (InputStream in = Files.newInputStream(pem)) {
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int number = 0;
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + number++, certificate);
      }
      if (number == 0) {
        throw new IllegalArgumentException("--ca " + pem + ": no certificate in it");
      }
      return store;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException("--ca " + pem + ": cannot be read: " + e, e);
    }
  }

  /// The extended kind: with it the runtime compares no host name either.
  final class Believer extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
