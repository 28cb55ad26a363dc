package io.sallyport.pki;

import io.sallyport.pki.Certificates.Validity;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/// What an operator may bring, and the development authority never makes: a server with an RSA key.
public final class RsaCertificate {
  private RsaCertificate() {}

  /// A certificate for one host, of an authority that nobody trusts.
  public static ServerCertificate create(String host) {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      var keys = generator.generateKeyPair();
      var authority = Certificates.newKeyPair();
      var name = new X500Principal("CN=" + host);
      var now = Instant.now();
      var validity = new Validity(now.minus(Duration.ofHours(1)), now.plus(Duration.ofHours(1)));
      var issuer = Certificates.authority(authority, name, validity, List.of("test"), List.of());
      var names = List.of(HostName.parse(host));
      var leaf =
          Certificates.server(
              issuer, authority.getPrivate(), keys.getPublic(), name, validity, names);
      return new ServerCertificate(List.of(leaf), keys.getPrivate());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
