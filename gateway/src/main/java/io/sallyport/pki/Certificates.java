package io.sallyport.pki;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;

/// Lays out and signs X.509 certificates (RFC 5280) with ECDSA P-256 keys.
final class Certificates {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final byte[] ECDSA_WITH_SHA256 = Der.sequence(Der.objectId("1.2.840.10045.4.3.2"));
  private static final byte[] TLS_SERVER = Der.objectId("1.3.6.1.5.5.7.3.1");
  private static final BigInteger VERSION_3 = BigInteger.TWO;

  private Certificates() {}

  /// From when until when a certificate holds.
  record Validity(Instant from, Instant to) {
    Validity {
      if (!to.isAfter(from)) {
        throw new CertificateProblem("a certificate cannot end (" + to + ") before it begins");
      }
    }
  }

  static KeyPair newKeyPair() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new CertificateProblem("this JDK cannot make an ECDSA P-256 key", e);
    }
  }

  /// A self-signed authority that may issue leaves only, and only for the domains and for loopback
  /// addresses (the name constraint of RFC 5280 section 4.2.1.10).
  static X509Certificate authority(
      KeyPair keys,
      X500Principal name,
      Validity validity,
      List<String> domains,
      List<byte[]> nets) {
    return sign(
        keys.getPrivate(),
        name,
        name,
        keys.getPublic(),
        validity,
        critical("2.5.29.19", Der.sequence(Der.yes(), Der.integer(0))),
        critical("2.5.29.15", Der.bits(new byte[] {0x06}, 1)),
        plain("2.5.29.14", Der.octets(keyId(keys.getPublic()))),
        critical("2.5.29.30", nameConstraints(domains, nets)));
  }

  /// A leaf for TLS servers.
  static X509Certificate server(
      X509Certificate authority,
      PrivateKey authorityKey,
      PublicKey key,
      X500Principal name,
      Validity validity,
      List<HostName> hosts) {
    return sign(
        authorityKey,
        authority.getSubjectX500Principal(),
        name,
        key,
        validity,
        critical("2.5.29.19", Der.sequence()),
        critical("2.5.29.15", Der.bits(new byte[] {(byte) 0x80}, 7)),
        plain("2.5.29.37", Der.sequence(TLS_SERVER)),
        plain("2.5.29.14", Der.octets(keyId(key))),
        plain("2.5.29.35", Der.sequence(Der.implicit(0, keyId(authority.getPublicKey())))),
        plain("2.5.29.17", alternativeNames(hosts)));
  }

  private static X509Certificate sign(
      PrivateKey signer,
      X500Principal issuer,
      X500Principal subject,
      PublicKey key,
      Validity validity,
      byte[]... extensions) {
    byte[] unsigned =
        Der.sequence(
            Der.explicit(0, Der.integer(VERSION_3)),
            Der.integer(newSerial()),
            ECDSA_WITH_SHA256,
            issuer.getEncoded(),
            Der.sequence(Der.time(validity.from()), Der.time(validity.to())),
            subject.getEncoded(),
            key.getEncoded(),
            Der.explicit(3, Der.sequence(extensions)));
    try {
      var signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(signer, RANDOM);
      signature.update(unsigned);
      byte[] signed = Der.sequence(unsigned, ECDSA_WITH_SHA256, Der.bits(signature.sign()));
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(signed));
    } catch (GeneralSecurityException e) {
      throw new CertificateProblem("could not sign a certificate for " + subject, e);
    }
  }

  /// 127 random bits: positive and never longer than 20 octets (RFC 5280 section 4.1.2.2).
  private static BigInteger newSerial() {
    return new BigInteger(127, RANDOM).setBit(126);
  }

  /// RFC 7093 section 2, method 4, cut to the 160 bits that tools expect.
  private static byte[] keyId(PublicKey key) {
    try {
      return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()), 20);
    } catch (GeneralSecurityException e) {
      throw new CertificateProblem("this JDK has no SHA-256", e);
    }
  }

  private static byte[] alternativeNames(List<HostName> hosts) {
    return Der.sequence(
        hosts.stream()
            .map(
                host ->
                    switch (host) {
                      case HostName.Dns dns -> Der.implicit(2, Der.ascii(dns.text()));
                      case HostName.Address address ->
                          Der.implicit(7, address.address().getAddress());
                    })
            .toArray(byte[][]::new));
  }

  private static byte[] nameConstraints(List<String> domains, List<byte[]> nets) {
    var names = domains.stream().map(domain -> Der.implicit(2, Der.ascii(domain)));
    var addresses = nets.stream().map(net -> Der.implicit(7, net));
    byte[] permitted =
        Der.concat(
            Stream.concat(names, addresses).map(name -> Der.sequence(name)).toArray(byte[][]::new));
    return Der.sequence(Der.explicit(0, permitted));
  }

  private static byte[] critical(String id, byte[] value) {
    return Der.sequence(Der.objectId(id), Der.yes(), Der.octets(value));
  }

  private static byte[] plain(String id, byte[] value) {
    return Der.sequence(Der.objectId(id), Der.octets(value));
  }
}
