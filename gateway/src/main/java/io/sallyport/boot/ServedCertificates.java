package io.sallyport.boot;

import io.sallyport.audit.AuditLog;
import io.sallyport.cli.ConfigurationRefused;
import io.sallyport.listener.Certificates;
import io.sallyport.listener.CertifiedKey;
import io.sallyport.wire.TlsProvider;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/// The public port's certificates, from PEM files or a Spring Boot SSL bundle, and kept as those
/// are: new ones serve new connections, bad ones are reported and the old ones stay.
final class ServedCertificates implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServedCertificates.class);

  private final AuditLog audit;
  private final Certificates certificates;
  private final @Nullable CertificateWatch watch;

  ServedCertificates(Settings.Tls tls, TlsProvider provider, SslBundles bundles, AuditLog audit) {
    this.audit = audit;
    var files = new TlsFiles(tls);
    if (tls.bundle() == null) {
      this.certificates = certificates(provider, files.read());
      this.watch = new CertificateWatch(files, certificates, this::taken, this::refused);
    } else {
      this.certificates = certificates(provider, List.of(named(bundles, tls.bundle())));
      this.watch = null;
      bundles.addBundleUpdateHandler(tls.bundle(), this::replace);
    }
  }

  Certificates certificates() {
    return certificates;
  }

  private static Certificates certificates(TlsProvider provider, List<CertifiedKey> keys) {
    try {
      return new Certificates(provider, keys);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationRefused("sallyport.tls: " + e.getMessage());
    }
  }

  private static CertifiedKey named(SslBundles bundles, String name) {
    try {
      return read(bundles.getBundle(name));
    } catch (NoSuchSslBundleException | IllegalStateException | GeneralSecurityException e) {
      throw new ConfigurationRefused(
          "sallyport.tls.bundle: the SSL bundle '" + name + "' cannot be used: " + e.getMessage());
    }
  }

  private void replace(SslBundle bundle) {
    try {
      certificates.replace(List.of(read(bundle)));
      taken();
    } catch (IllegalStateException | IllegalArgumentException | GeneralSecurityException e) {
      refused(String.valueOf(e.getMessage()));
    }
  }

  private static CertifiedKey read(SslBundle bundle) throws GeneralSecurityException {
    KeyStore store = bundle.getStores().getKeyStore();
    if (store == null) {
      throw new IllegalStateException("it has no certificate and key");
    }
    var password = bundle.getKey().getPassword();
    var storePassword = bundle.getStores().getKeyStorePassword();
    var secret = password != null ? password : storePassword == null ? "" : storePassword;
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias)) {
        var chain =
            Arrays.stream(Objects.requireNonNull(store.getCertificateChain(alias)))
                .map(X509Certificate.class::cast)
                .toList();
        var key = (PrivateKey) store.getKey(alias, secret.toCharArray());
        return new CertifiedKey(chain, Objects.requireNonNull(key));
      }
    }
    throw new IllegalStateException("it has no certificate and key");
  }

  private void taken() {
    LOG.info("new certificates serve new connections");
    audit.event("certificates-replaced", Map.of());
  }

  private void refused(String why) {
    LOG.error("the new certificates cannot be used; the old ones stay: {}", why);
    audit.event("certificates-refused", Map.of("why", why));
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
  }
}
