package io.sallyport.boot;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.function.Function;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundles;

/// The trust stores that a bundle names (`trust: internal-ca`): Spring Boot SSL bundles
/// (`spring.ssl.bundle.pem.internal-ca.truststore.certificate`). The empty name is the JDK's.
final class Trust implements Function<String, TrustManagerFactory> {
  private final SslBundles bundles;

  Trust(SslBundles bundles) {
    this.bundles = bundles;
  }

  /// @throws IllegalArgumentException when there is no trust store of this name
  @Override
  public TrustManagerFactory apply(String name) {
    if (name.isEmpty()) {
      return jdk();
    }
    try {
      var bundle = bundles.getBundle(name);
      if (bundle.getStores().getTrustStore() == null) {
        throw new IllegalArgumentException("the SSL bundle '" + name + "' has no trust store");
      }
      return bundle.getManagers().getTrustManagerFactory();
    } catch (NoSuchSslBundleException e) {
      throw new IllegalArgumentException(
          "there is no SSL bundle '"
              + name
              + "'; set spring.ssl.bundle.pem."
              + name
              + ".truststore.certificate",
          e);
    } catch (IllegalStateException e) {
      throw new IllegalArgumentException(
          "the SSL bundle '" + name + "' cannot be read: " + e.getMessage(), e);
    }
  }

  private static TrustManagerFactory jdk() {
    try {
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      @Nullable KeyStore none = null;
      factory.init(none);
      return factory;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK has no trust store", e);
    }
  }
}
