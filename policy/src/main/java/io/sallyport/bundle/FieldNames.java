package io.sallyport.bundle;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Which header fields a route may edit.
final class FieldNames {
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^`|~0-9a-z-]{1,128}");
  private static final Pattern VALUE =
      Pattern.compile("[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?");

  private static final Set<String> CONNECTION =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "http2-settings",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");
  private static final Set<String> PROXY = Set.of("forwarded", "via", "x-real-ip");
  private static final Set<String> CREDENTIAL = Set.of("authorization", "proxy-authorization");

  private FieldNames() {}

  /// Why this field may not be edited, if so.
  static Optional<String> refusal(String name) {
    if (!TOKEN.matcher(name).matches()) {
      boolean folds = TOKEN.matcher(name.toLowerCase(java.util.Locale.ROOT)).matches();
      return Optional.of(
          folds
              ? "is not in lower case"
              : "is not the name of a header field (letters, digits and hyphens; no '_')");
    }
    if (CONNECTION.contains(name)) {
      return Optional.of("belongs to the connection: the gateway alone frames messages");
    }
    if (PROXY.contains(name) || name.startsWith("x-forwarded-")) {
      return Optional.of("says where a request came from: the gateway alone sets it");
    }
    if (CREDENTIAL.contains(name)) {
      return Optional.of(
          "is a credential: the caller's is always removed, and a bundle holds no secrets");
    }
    if (name.startsWith("sallyport-")) {
      return Optional.of("is the gateway's own: backends trust it");
    }
    if (name.equals("date")) {
      return Optional.of("says when a message was made: a route cannot know");
    }
    if (name.equals("strict-transport-security")) {
      return Optional.of("is a setting of the gateway, not of a route");
    }
    return Optional.empty();
  }

  /// Whether this is the name of a field, in lower case, without `_`.
  static boolean isName(String name) {
    return TOKEN.matcher(name).matches();
  }

  /// Whether this text can be a field's value: printable ASCII, no white space around it.
  static boolean isValue(String value) {
    return VALUE.matcher(value).matches();
  }
}
