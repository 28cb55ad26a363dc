package io.sallyport.edge;

/// Settings of the edge.
///
/// @param name how `Via` calls this gateway (RFC 9110 §7.6.3)
/// @param realm what a challenge names (RFC 9110 §11.5)
/// @param maxInFlight exchanges at a time; one more is refused (`overloaded`)
public record EdgeSettings(String name, String realm, int maxInFlight) {
  public static final EdgeSettings DEFAULT = new EdgeSettings("sallyport", "sallyport", 10_000);

  public EdgeSettings {
    if (!isToken(name)) {
      throw new IllegalArgumentException(
          "name: letters, digits, '.', '_' and '-', not '" + name + "'");
    }
    if (!isToken(realm)) {
      throw new IllegalArgumentException(
          "realm: letters, digits, '.', '_' and '-', not '" + realm + "'");
    }
    if (maxInFlight < 1) {
      throw new IllegalArgumentException("maxInFlight: at least 1, not " + maxInFlight);
    }
  }

  private static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean good = c < 128 && (Character.isLetterOrDigit(c) || "._-".indexOf(c) >= 0);
      if (!good) {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
