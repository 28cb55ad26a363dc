package io.sallyport.loadtest.generator;

import java.util.Locale;
import java.util.regex.Pattern;

/// A field of every request. The name is in lower case, as HTTP/2 wants it (RFC 9113, 8.2.1).
public record Header(String name, String value) {
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9a-z-]+");
  private static final Pattern VALUE =
      Pattern.compile("[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?");
  private static final int LONGEST = 8192;

  public Header {
    name = name.toLowerCase(Locale.ROOT);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("header: not a field name: '" + name + "'");
    }
    if (value.length() > LONGEST || !VALUE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "header " + name + ": 1 to " + LONGEST + " visible ASCII characters");
    }
  }

  /// Reads `name: value`.
  public static Header parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("header: 'name: value', was '" + text + "'");
    }
    return new Header(text.substring(0, colon), text.substring(colon + 1).strip());
  }
}
