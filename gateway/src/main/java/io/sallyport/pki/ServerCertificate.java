package io.sallyport.pki;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// A server's certificate with its private key. The chain begins with the server's own certificate
/// and leaves out the authority, which whoever trusts it already has.
public record ServerCertificate(List<X509Certificate> chain, PrivateKey key) {

  /// Where a certificate and its key were written.
  public record Files(Path certificate, Path key) {}

  public ServerCertificate {
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("chain: empty");
    }
  }

  public X509Certificate certificate() {
    return chain.getFirst();
  }

  /// Writes `NAME.pem` and `NAME.key` (PKCS #8, not encrypted, readable by the owner only) into a
  /// folder, made if need be. Existing files are replaced.
  ///
  /// @throws CertificateProblem when they cannot be written
  public Files writePem(Path folder, String name) {
    var files = new Files(folder.resolve(name + ".pem"), folder.resolve(name + ".key"));
    // The key first: a watcher that sees a new certificate then finds the key that belongs to it.
    Pem.write(files.key(), key);
    Pem.write(files.certificate(), chain);
    return files;
  }

  /// A context for the JDK's TLS servers that shows this certificate.
  public SSLContext serverContext() {
    try {
      var store = KeyStore.getInstance("PKCS12");
      var password = new char[0];
      store.load(null, password);
      store.setKeyEntry("server", key, password, chain.toArray(X509Certificate[]::new));
      var keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(store, password);
      var context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, new SecureRandom());
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new CertificateProblem("the JDK's TLS does not take this certificate and key", e);
    }
  }
}
