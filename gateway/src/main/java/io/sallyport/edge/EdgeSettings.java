package io.sallyport.edge;

import java.time.Duration;

/// Settings of the edge.
///
/// @param name how `Via` calls this gateway (RFC 9110 §7.6.3)
/// @param realm what a challenge names (RFC 9110 §11.5)
/// @param maxInFlight exchanges at a time; one more is refused (`overloaded`)
/// @param admissionTimeout how long a pending admission is waited for. Admission ends by itself
///   much sooner; silence beyond this is a refusal (`internal`)
public record EdgeSettings(String name, String realm, int maxInFlight, Duration admissionTimeout) {
  public static final EdgeSettings DEFAULT =
      new EdgeSettings("sallyport", "sallyport", 10_000, Duration.ofSeconds(30));

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
    if (admissionTimeout.isNegative() || admissionTimeout.isZero()) {
      throw new IllegalArgumentException("admissionTimeout: more than zero");
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
