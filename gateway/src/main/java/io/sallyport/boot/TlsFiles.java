package io.sallyport.boot;

import io.sallyport.cli.ConfigurationRefused;
import io.sallyport.listener.CertifiedKey;
import io.sallyport.pki.CertificateProblem;
import io.sallyport.pki.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The certificate files that settings name: read together, or not at all.
final class TlsFiles {
  private final List<Pair> pairs;

  /// @param property what the pair is called in the settings
  private record Pair(String property, Path certificate, Path key) {}

  TlsFiles(Settings.Tls settings) {
    var pairs = new ArrayList<Pair>();
    if (settings.certificate() != null && settings.key() != null) {
      pairs.add(new Pair("sallyport.tls", settings.certificate(), settings.key()));
    }
    for (int i = 0; i < settings.more().size(); i++) {
      var more = settings.more().get(i);
      pairs.add(
          new Pair(
              "sallyport.tls.more[" + i + "]",
              Objects.requireNonNull(more.certificate()),
              Objects.requireNonNull(more.key())));
    }
    this.pairs = List.copyOf(pairs);
  }

  /// Reads every pair; the first is the default.
  ///
  /// @throws ConfigurationRefused with a line for each pair that cannot be used
  List<CertifiedKey> read() {
    var keys = new ArrayList<CertifiedKey>();
    var problems = new ArrayList<String>();
    for (Pair pair : pairs) {
      try {
        var chain = Pem.certificates(pair.certificate());
        var key = Pem.privateKey(pair.key());
        if (fits(key, chain.getFirst().getPublicKey())) {
          keys.add(new CertifiedKey(chain, key));
        } else {
          problems.add(
              pair.property()
                  + ".key: "
                  + pair.key()
                  + " is not the key of the certificate in "
                  + pair.certificate());
        }
      } catch (CertificateProblem e) {
        problems.add(pair.property() + ": " + e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationRefused(problems);
    }
    return keys;
  }

  /// What a look shows without opening a file; two looks that differ mean a change.
  List<String> look() {
    var seen = new ArrayList<String>();
    for (Pair pair : pairs) {
      seen.add(look(pair.certificate()));
      seen.add(look(pair.key()));
    }
    return seen;
  }

  private static String look(Path file) {
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.size()
          + "|"
          + attributes.lastModifiedTime()
          + '|'
          + attributes.fileKey()
          + '|'
          + file.toRealPath();
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static boolean fits(PrivateKey key, PublicKey certified) {
    try {
      var signature =
          Signature.getInstance(
              switch (key.getAlgorithm()) {
                case "RSA" -> "SHA256withRSA";
                case "EC" -> "SHA256withECDSA";
                default -> key.getAlgorithm();
              });
      var probe = new byte[32];
      new SecureRandom().nextBytes(probe);
      signature.initSign(key);
      signature.update(probe);
      var signed = signature.sign();
      signature.initVerify(certified);
      signature.update(probe);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
