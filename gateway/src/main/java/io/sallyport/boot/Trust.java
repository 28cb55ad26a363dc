package io.sallyport.boot;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundles;

/// The trust stores that a bundle names (`trust: internal-ca`): Spring Boot SSL bundles
/// (`spring.ssl.bundle.pem.internal-ca.truststore.certificate`). The empty name is the JDK's.
///
/// A name's trust store is the same object until its files change: connections and key sets that
/// rest on it survive a reload of the bundle. Thread-safe; reads files the first time only.
final class Trust implements Function<String, TrustManagerFactory> {
  private final SslBundles bundles;
  private final ConcurrentHashMap<String, TrustManagerFactory> known = new ConcurrentHashMap<>();
  private final Set<String> watched = ConcurrentHashMap.newKeySet();

  Trust(SslBundles bundles) {
    this.bundles = bundles;
  }

  /// @throws IllegalArgumentException when there is no trust store of this name
  @Override
  public TrustManagerFactory apply(String name) {
    // Computed under the name's lock, so that news of changed files cannot overtake it.
    return known.computeIfAbsent(name, each -> each.isEmpty() ? jdk() : named(each));
  }

  private TrustManagerFactory named(String name) {
    try {
      if (watched.add(name)) {
        bundles.addBundleUpdateHandler(name, _ -> known.remove(name));
      }
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
