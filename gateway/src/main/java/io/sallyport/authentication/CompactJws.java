package io.sallyport.authentication;

import io.sallyport.authentication.StrictJson.Malformed;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A signed token in its one canonical spelling (RFC 7515 §7.1), taken apart and not yet believed.
///
/// base64url has sloppy spellings that many decoders accept: padding, stray bits in the last
/// character, foreign characters. Each would be another text for the same token, so that a cache, a
/// revocation list or a replay store keyed by its text could be walked around. They are refused.
final class CompactJws {

  /// Longest token that is read, in characters.
  static final int LONGEST = 16 * 1024;

  private static final byte[] SIX_BITS = sixBits();

  /// The header that was read last. Tokens of one key share theirs, character by character, so that
  /// it seldom has to be read again.
  private static volatile Header lastHeader = new Header("", Map.of());

  private final Map<String, Object> header;
  private final Map<String, Object> claims;
  private final byte[] signed;
  private final byte[] signature;

  private CompactJws(
      Map<String, Object> header, Map<String, Object> claims, byte[] signed, byte[] signature) {
    this.header = header;
    this.claims = claims;
    this.signed = signed;
    this.signature = signature;
  }

  /// Takes a token apart.
  ///
  /// @throws Malformed when it is not a JWS with a JSON payload, or not spelt canonically
  static CompactJws read(String token) throws Malformed {
    if (token.length() > LONGEST) {
      throw new Malformed("longer than " + LONGEST + " characters");
    }
    int first = token.indexOf('.');
    int second = token.indexOf('.', first + 1);
    if (first < 0 || second < 0 || token.indexOf('.', second + 1) >= 0) {
      throw new Malformed("not three parts");
    }
    Header header = header(token, first);
    byte[] payload = decode(token, first + 1, second);
    byte[] signature = decode(token, second + 1, token.length());
    return new CompactJws(
        header.parameters(),
        json(payload),
        token.substring(0, second).getBytes(StandardCharsets.ISO_8859_1),
        signature);
  }

  /// Its JOSE header.
  Map<String, Object> header() {
    return header;
  }

  /// Its payload.
  Map<String, Object> claims() {
    return claims;
  }

  /// The algorithm that it says it is signed with; empty when it does not say.
  String algorithm() {
    return header.get("alg") instanceof String algorithm ? algorithm : "";
  }

  /// The key that it says it is signed by.
  @Nullable String keyId() {
    return header.get("kid") instanceof String id ? id : null;
  }

  /// Whether its signature is this key's.
  boolean signedBy(VerificationKey key) {
    return key.verifies(algorithm(), signed, signature);
  }

  private static Header header(String token, int end) throws Malformed {
    Header last = lastHeader;
    if (end > 0 && last.coded().length() == end && token.startsWith(last.coded())) {
      return last;
    }
    var header =
        new Header(
            token.substring(0, end), Collections.unmodifiableMap(json(decode(token, 0, end))));
    lastHeader = header;
    return header;
  }

  private static byte[] decode(String token, int from, int to) throws Malformed {
    int length = to - from;
    if (length == 0) {
      throw new Malformed("an empty part");
    }
    for (int i = from; i < to; i++) {
      if (bits(token.charAt(i)) < 0) {
        throw new Malformed("a character that is not base64url");
      }
    }
    int unused =
        switch (length % 4) {
          case 0 -> 0;
          case 2 -> 0b1111;
          case 3 -> 0b11;
          default -> throw new Malformed("a part of impossible length");
        };
    if ((bits(token.charAt(to - 1)) & unused) != 0) {
      throw new Malformed("stray bits in the last character of a part");
    }
    return Base64.getUrlDecoder().decode(token.substring(from, to));
  }

  private static Map<String, Object> json(byte[] bytes) throws Malformed {
    try {
      return StrictJson.object(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      throw new Malformed("not UTF-8");
    }
  }

  private static int bits(char c) {
    return c < SIX_BITS.length ? SIX_BITS[c] : -1;
  }

  private static byte[] sixBits() {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    byte[] table = new byte[128];
    Arrays.fill(table, (byte) -1);
    for (int i = 0; i < alphabet.length(); i++) {
      table[alphabet.charAt(i)] = (byte) i;
    }
    return table;
  }

  /// @param coded in base64url, spelt canonically
  private record Header(String coded, Map<String, Object> parameters) {}
}
