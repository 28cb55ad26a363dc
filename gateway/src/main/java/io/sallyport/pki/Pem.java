package io.sallyport.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Certificates and keys as PEM files (RFC 7468). A file is replaced in one step, so that whoever
/// watches it never reads half of it; a key is never, not for a moment, readable by others.
public final class Pem {
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String PRIVATE_KEY = "PRIVATE KEY";
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
  private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private Pem() {}

  /// The certificates of a file in their order; at least one.
  ///
  /// @throws CertificateProblem when the file cannot be read or holds none
  public static List<X509Certificate> certificates(Path file) {
    var certificates = new ArrayList<X509Certificate>();
    for (Block block : blocks(file)) {
      if (block.type().equals(CERTIFICATE)) {
        certificates.add(certificate(file, block.content()));
      }
    }
    if (certificates.isEmpty()) {
      throw new CertificateProblem(file + ": no certificate in this file");
    }
    return List.copyOf(certificates);
  }

  /// The first unencrypted PKCS #8 key of a file.
  ///
  /// @throws CertificateProblem when the file cannot be read or holds no such key
  public static PrivateKey privateKey(Path file) {
    var blocks = blocks(file);
    for (Block block : blocks) {
      if (block.type().equals(PRIVATE_KEY)) {
        return privateKey(file, block.content());
      }
    }
    var other = blocks.stream().map(Block::type).filter(type -> type.endsWith(PRIVATE_KEY));
    throw new CertificateProblem(
        other
            .findFirst()
            .map(type -> file + ": is a " + type + "; an unencrypted PKCS #8 key is needed")
            .orElse(file + ": no private key in this file"));
  }

  static void write(Path file, List<X509Certificate> chain) {
    var text = new StringBuilder();
    for (X509Certificate certificate : chain) {
      try {
        text.append(block(CERTIFICATE, certificate.getEncoded()));
      } catch (GeneralSecurityException e) {
        throw new CertificateProblem(file + ": a certificate cannot be encoded", e);
      }
    }
    replace(file, text.toString(), "rw-r--r--");
  }

  static void write(Path file, PrivateKey key) {
    replace(file, block(PRIVATE_KEY, key.getEncoded()), "rw-------");
  }

  /// One `BEGIN … END` and the base64 between them.
  private record Block(Path file, String type, String text) {
    byte[] content() {
      try {
        return Base64.getMimeDecoder().decode(text);
      } catch (IllegalArgumentException e) {
        throw new CertificateProblem(file + ": not valid base64 in " + type, e);
      }
    }
  }

  private static List<Block> blocks(Path file) {
    var blocks = new ArrayList<Block>();
    var matcher = BLOCK.matcher(read(file));
    while (matcher.find()) {
      blocks.add(new Block(file, matcher.group(1), matcher.group(2)));
    }
    return blocks;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.US_ASCII);
    } catch (NoSuchFileException e) {
      throw new CertificateProblem(file + ": no such file", e);
    } catch (IOException e) {
      throw new CertificateProblem(file + ": cannot be read: " + reason(e), e);
    }
  }

  private static X509Certificate certificate(Path file, byte[] content) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(content));
    } catch (GeneralSecurityException e) {
      throw new CertificateProblem(file + ": not a certificate: " + reason(e), e);
    }
  }

  private static PrivateKey privateKey(Path file, byte[] content) {
    // PKCS #8 names its algorithm inside: the factory that reads it is the right one.
    var spec = new PKCS8EncodedKeySpec(content);
    return Stream.of("EC", "RSA", "EdDSA")
        .flatMap(algorithm -> read(spec, algorithm))
        .findFirst()
        .orElseThrow(() -> new CertificateProblem(file + ": not an EC, RSA or EdDSA key"));
  }

  private static Stream<PrivateKey> read(PKCS8EncodedKeySpec spec, String algorithm) {
    try {
      return Stream.of(KeyFactory.getInstance(algorithm).generatePrivate(spec));
    } catch (GeneralSecurityException e) {
      return Stream.empty();
    }
  }

  private static String block(String type, byte[] content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, LINES.encodeToString(content), type);
  }

  private static void replace(Path file, String text, String permissions) {
    var folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new CertificateProblem(file + ": not a file name");
    }
    try {
      Files.createDirectories(folder);
      var fresh = Files.createTempFile(folder, ".pem", "", access(folder, permissions));
      try {
        Files.writeString(fresh, text, StandardCharsets.US_ASCII);
        Files.move(
            fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (FileAlreadyExistsException e) {
      throw new CertificateProblem(folder + ": not a folder", e);
    } catch (IOException e) {
      throw new CertificateProblem(file + ": cannot be written: " + reason(e), e);
    }
  }

  private static FileAttribute<?>[] access(Path folder, String permissions) throws IOException {
    return Files.getFileStore(folder).supportsFileAttributeView("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static String reason(Exception e) {
    return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : " " + e.getMessage());
  }
}
