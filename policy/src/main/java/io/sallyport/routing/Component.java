package io.sallyport.routing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// A path or a query, brought to its one canonical spelling: escapes of unreserved characters are
/// decoded, all others written with upper-case digits (RFC 3986 §6.2.2). Reading a canonical
/// component again gives the same text, the same instance.
sealed interface Component {

  /// @param text canonical
  record Canonical(String text) implements Component {}

  /// @param why for logs and audit, never for the caller
  record Refused(String why) implements Component {}

  Component NONE = new Canonical("");

  /// More parameters than any honest query has; what is parsed lazily must be bounded before.
  int MOST_PARAMETERS = 1000;

  String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

  /// RFC 3986 `pchar` without `;`: some servers cut a segment's parameters off, others do not.
  boolean[] PATH = table(UNRESERVED + "!$&'()*+,=:@/%");

  boolean[] QUERY = table(UNRESERVED + "!$&'()*+,;=:@/?%");

  boolean[] DECODED = table(UNRESERVED);

  static Component path(String text) {
    return text.indexOf('%') < 0 ? checkedPath(text) : unescaped(text, true);
  }

  static Component query(String text) {
    return text.indexOf('%') < 0 ? checkedQuery(text) : unescaped(text, false);
  }

  private static Component checkedPath(String text) {
    int segment = 1;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? '/' : text.charAt(i);
      if (c >= 128 || !PATH[c]) {
        return refusedCharacter(c);
      }
      if (c == '/' && i > 0) {
        int length = i - segment;
        if (length == 0 && i < text.length()) {
          return new Refused("an empty segment");
        }
        if ((length == 1 && text.charAt(segment) == '.')
            || (length == 2 && text.startsWith("..", segment))) {
          return new Refused("a dot segment");
        }
        segment = i + 1;
      }
    }
    return new Canonical(text);
  }

  private static Component checkedQuery(String text) {
    int parameters = 1;
    boolean name = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 128 || !QUERY[c]) {
        return refusedCharacter(c);
      }
      switch (c) {
        case '&' -> {
          parameters++;
          name = true;
        }
        case '=' -> name = false;
        case '+' -> {
          if (name) {
            return new Refused("a plus sign in a name");
          }
        }
        default -> {}
      }
    }
    return parameters > MOST_PARAMETERS
        ? new Refused("more than " + MOST_PARAMETERS + " parameters")
        : new Canonical(text);
  }

  private static Component refusedCharacter(char c) {
    return new Refused("the character U+%04X".formatted((int) c));
  }

  private static Component unescaped(String text, boolean isPath) {
    StringBuilder canonical = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '%') {
        canonical.append(c);
        continue;
      }
      int octet = octet(text, i);
      if (octet < 0) {
        return new Refused("a bad percent escape");
      }
      if (octet == 0 || (isPath && isAmbiguousWhenEscaped(octet))) {
        return new Refused("the escape %%%02X".formatted(octet));
      }
      if (octet < 128 && DECODED[octet]) {
        canonical.append((char) octet);
      } else {
        canonical.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) octet));
      }
      i += 2;
    }
    String spelling = canonical.toString();
    String decoded = decode(spelling);
    if (decoded == null) {
      return new Refused("escapes that are not UTF-8");
    }
    if (isPath && decoded.chars().anyMatch(Character::isISOControl)) {
      return new Refused("an escaped control character");
    }
    if (isPath && hasEscapedEscape(spelling)) {
      return new Refused("an escape that is escaped");
    }
    // The same instance when it was canonical: most escapes are written well.
    String result = spelling.equals(text) ? text : spelling;
    return isPath ? checkedPath(result) : checkedQuery(result);
  }

  private static boolean isAmbiguousWhenEscaped(int octet) {
    return octet == '/' || octet == '\\' || octet == ';';
  }

  /// Whether whoever decodes twice would see something else than who decodes once.
  private static boolean hasEscapedEscape(String spelling) {
    for (int at = spelling.indexOf("%25"); at >= 0; at = spelling.indexOf("%25", at + 3)) {
      if (at + 4 < spelling.length()
          && HexFormat.isHexDigit(spelling.charAt(at + 3))
          && HexFormat.isHexDigit(spelling.charAt(at + 4))) {
        return true;
      }
    }
    return false;
  }

  private static int octet(String text, int percent) {
    if (percent + 2 >= text.length()
        || !HexFormat.isHexDigit(text.charAt(percent + 1))
        || !HexFormat.isHexDigit(text.charAt(percent + 2))) {
      return -1;
    }
    return HexFormat.fromHexDigits(text, percent + 1, percent + 3);
  }

  /// What the escapes of a well-formed component mean, as UTF-8; null when they mean nothing. The
  /// JDK's decoder refuses overlong forms and surrogates (RFC 3629 §3).
  static @Nullable String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    ByteArrayOutputStream octets = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        octets.write(octet(text, i));
        i += 2;
      } else {
        // Beyond ASCII is refused by whoever checks the characters; here it only has to stay apart.
        octets.write(c < 128 ? c : '?');
      }
    }
    try {
      CharBuffer characters =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets.toByteArray()));
      return characters.toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static boolean[] table(String characters) {
    boolean[] allowed = new boolean[128];
    characters.chars().forEach(c -> allowed[c] = true);
    return allowed;
  }
}
