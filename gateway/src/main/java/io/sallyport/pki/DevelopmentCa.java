package io.sallyport.pki;

import io.sallyport.pki.Certificates.Validity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;

/// A certificate authority for development, with its key in hand.
///
/// A person will be asked to trust it, so it is made to be harmless if its key is stolen: by its
/// name constraint it can only speak for names that nobody can own (`localhost`, `test`, `example`,
/// `internal` and the others of RFC 6761 and RFC 2606), for loopback addresses, and for the domains
/// that it was explicitly made for.
///
/// Safe for use by several threads. Every failure is a [CertificateProblem].
public final class DevelopmentCa {
  /// The longest life of a server certificate that browsers take.
  public static final Duration LONGEST_LEAF = Duration.ofDays(398);

  static final String CERTIFICATE_FILE = "ca.pem";
  static final String KEY_FILE = "ca.key";

  private static final List<String> NOBODYS_DOMAINS =
      List.of(
          "localhost",
          "test",
          "example",
          "invalid",
          "internal",
          "home.arpa",
          "example.com",
          "example.net",
          "example.org");
  private static final List<byte[]> LOOPBACK = List.of(loopbackV4(), loopbackV6());
  private static final int LONGEST_COMMON_NAME = 64;

  /// Clocks differ; a certificate made now is used now.
  private static final Duration BACKDATED = Duration.ofHours(1);

  private final X509Certificate certificate;
  private final PrivateKey key;

  private DevelopmentCa(X509Certificate certificate, PrivateKey key) {
    this.certificate = certificate;
    this.key = key;
  }

  /// Makes a new authority for names that nobody can own and for loopback addresses.
  public static DevelopmentCa create(Duration validity) {
    return create(validity, List.of());
  }

  /// Makes a new authority that may also speak for these DNS domains and all names below them.
  public static DevelopmentCa create(Duration validity, List<String> moreDomains) {
    var keys = Certificates.newKeyPair();
    var domains =
        Stream.concat(
                NOBODYS_DOMAINS.stream(),
                moreDomains.stream().map(domain -> new HostName.Dns(domain).text()))
            .distinct()
            .toList();
    var certificate =
        Certificates.authority(
            keys,
            name("Sallyport development CA " + thisHost()),
            from(validity),
            domains,
            LOOPBACK);
    return new DevelopmentCa(certificate, keys.getPrivate());
  }

  /// Whether a folder holds an authority, or part of one.
  public static boolean isIn(Path folder) {
    return Files.exists(folder.resolve(CERTIFICATE_FILE)) || Files.exists(folder.resolve(KEY_FILE));
  }

  /// Loads the authority that [#writePem] left in a folder. One that has ended, or whose key is
  /// another's, is a problem.
  public static DevelopmentCa load(Path folder) {
    var file = folder.resolve(CERTIFICATE_FILE);
    var certificate = Pem.certificates(file).getFirst();
    var ca = new DevelopmentCa(certificate, Pem.privateKey(folder.resolve(KEY_FILE)));
    if (certificate.getBasicConstraints() < 0) {
      throw new CertificateProblem(file + ": not the certificate of an authority");
    }
    var end = certificate.getNotAfter().toInstant();
    if (end.isBefore(Instant.now())) {
      throw new CertificateProblem(
          file + ": ended on " + end + "; remove it and " + KEY_FILE + " to make a new one");
    }
    if (!ca.keyBelongs()) {
      throw new CertificateProblem(
          folder.resolve(KEY_FILE) + ": is not the key of " + CERTIFICATE_FILE);
    }
    return ca;
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /// Issues a certificate for a TLS server. It never outlives the authority.
  ///
  /// @param name the common name, for people; clients look at `hosts` only
  /// @param hosts DNS names and IP addresses, at least one
  /// @param validity at most [#LONGEST_LEAF]
  public ServerCertificate issue(String name, List<String> hosts, Duration validity) {
    if (validity.compareTo(LONGEST_LEAF) > 0) {
      throw new CertificateProblem(
          "a server certificate may live %d days at most, not %d"
              .formatted(LONGEST_LEAF.toDays(), validity.toDays()));
    }
    if (hosts.isEmpty()) {
      throw new CertificateProblem("a server certificate needs a host name or an IP address");
    }
    var names = hosts.stream().map(HostName::parse).distinct().toList();
    names.forEach(this::checkMaySpeakFor);
    var wanted = from(validity);
    var end = certificate.getNotAfter().toInstant();
    var span = new Validity(wanted.from(), wanted.to().isAfter(end) ? end : wanted.to());
    var keys = Certificates.newKeyPair();
    var leaf = Certificates.server(certificate, key, keys.getPublic(), name(name), span, names);
    return new ServerCertificate(List.of(leaf), keys.getPrivate());
  }

  /// Writes `ca.pem` and `ca.key` (readable by the owner only) into a folder, made if need be.
  public Path writePem(Path folder) {
    Pem.write(folder.resolve(KEY_FILE), key);
    var file = folder.resolve(CERTIFICATE_FILE);
    Pem.write(file, List.of(certificate));
    return file;
  }

  /// A context for the JDK's TLS clients that trusts this authority and no other.
  public SSLContext clientContext() {
    try {
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("ca", certificate);
      var trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(store);
      var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), new SecureRandom());
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new CertificateProblem("the JDK's TLS does not take this authority", e);
    }
  }

  private void checkMaySpeakFor(HostName host) {
    var constraint = new X509CertSelector();
    try {
      switch (host) {
        // The base of a wildcard is in the same subtree as every name that it stands for.
        case HostName.Dns dns -> constraint.addPathToName(2, dns.base());
        case HostName.Address address -> constraint.addPathToName(7, address.text());
      }
    } catch (IOException e) {
      throw new CertificateProblem("not a host name or IP address: '" + host.text() + "'", e);
    }
    if (!constraint.match(certificate)) {
      throw new CertificateProblem(
          "this authority was not made to speak for " + host.text() + "; make a new one for it");
    }
  }

  private boolean keyBelongs() {
    try {
      var probe = new byte[] {1};
      var signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key);
      signature.update(probe);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(probe);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static Validity from(Duration validity) {
    var now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    if (!validity.isPositive()) {
      throw new CertificateProblem("a certificate's life must be positive, not " + validity);
    }
    return new Validity(now.minus(BACKDATED), now.plus(validity));
  }

  private static X500Principal name(String commonName) {
    var plain = commonName.replaceAll("[^A-Za-z0-9 .*:()-]", "-");
    var shown = plain.substring(0, Math.min(plain.length(), LONGEST_COMMON_NAME)).strip();
    return new X500Principal("CN=\"" + shown + "\"");
  }

  private static String thisHost() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  private static byte[] loopbackV4() {
    return new byte[] {127, 0, 0, 0, (byte) 255, 0, 0, 0};
  }

  private static byte[] loopbackV6() {
    var net = new byte[32];
    net[15] = 1;
    Arrays.fill(net, 16, 32, (byte) 255);
    return net;
  }
}
