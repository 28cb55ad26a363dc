package io.sallyport.bundle.pack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Ed25519 keys (RFC 8032) in PEM files: PKCS#8 for the one that signs, SubjectPublicKeyInfo for
/// the one that checks, as `openssl genpkey -algorithm ed25519` and `openssl pkey -pubout` write
/// them.
public final class SigningKey {
  private static final String ALGORITHM = "Ed25519";
  private static final String PRIVATE = "PRIVATE KEY";
  private static final String PUBLIC = "PUBLIC KEY";
  private static final Pattern BLOCK =
      Pattern.compile("\\s*-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----\\s*");

  private SigningKey() {}

  /// A new pair, each as the text of a PEM file.
  public record Pair(String privatePem, String publicPem) {}

  public static Pair generate() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
      return new Pair(
          pem(PRIVATE, pair.getPrivate().getEncoded()), pem(PUBLIC, pair.getPublic().getEncoded()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has Ed25519", e);
    }
  }

  private static String pem(String type, byte[] content) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, lines, type);
  }

  /// Reads the key that signs.
  public static PrivateKey privateKey(Path file) throws Unusable {
    try {
      return isEd25519(
          KeyFactory.getInstance(ALGORITHM)
              .generatePrivate(new PKCS8EncodedKeySpec(content(file, PRIVATE))),
          file);
    } catch (GeneralSecurityException e) {
      throw new Unusable(file + " holds no Ed25519 private key");
    }
  }

  /// Reads a key that checks.
  public static PublicKey publicKey(Path file) throws Unusable {
    try {
      return isEd25519(
          KeyFactory.getInstance(ALGORITHM)
              .generatePublic(new X509EncodedKeySpec(content(file, PUBLIC))),
          file);
    } catch (GeneralSecurityException e) {
      throw new Unusable(file + " holds no Ed25519 public key");
    }
  }

  private static <K extends java.security.Key> K isEd25519(K key, Path file) throws Unusable {
    boolean is =
        key instanceof java.security.interfaces.EdECKey ed
            && ed.getParams().getName().equals(NamedParameterSpec.ED25519.getName());
    if (!is) {
      throw new Unusable(file + " holds no Ed25519 key");
    }
    return key;
  }

  private static byte[] content(Path file, String type) throws Unusable {
    String text;
    try {
      if (Files.size(file) > 10_000) {
        throw new Unusable(file + " is too large for a key");
      }
      text = Files.readString(file, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new Unusable(file + " cannot be read: " + e);
    }
    Matcher block = BLOCK.matcher(text);
    if (!block.matches() || !block.group(1).equals(type)) {
      throw new Unusable(file + " is not one PEM block '" + type + "'");
    }
    try {
      return Base64.getMimeDecoder().decode(block.group(2));
    } catch (IllegalArgumentException e) {
      throw new Unusable(file + " is not well-formed PEM");
    }
  }

  /// What people know a key by: the first 16 hex digits of the SHA-256 of its SubjectPublicKeyInfo.
  public static String id(PublicKey key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  static byte[] sign(byte[] content, PrivateKey key) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(key);
      signature.update(content);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a key that was read cannot sign", e);
    }
  }

  static boolean isSigned(byte[] content, byte[] signed, PublicKey key) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(key);
      signature.update(content);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
