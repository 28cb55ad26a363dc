package io.sallyport.policy;

import java.util.Locale;
import java.util.Optional;

/// Why a request was refused: the closed list. Tests, audit, metrics and alerts speak these words
/// and no others.
public enum Reason {
  MALFORMED_REQUEST(400),
  AMBIGUOUS_TARGET(400),
  NO_CREDENTIAL(401),
  BAD_CREDENTIAL(401),
  EXPIRED_CREDENTIAL(401),
  PROOF_MISSING(401),
  STEP_UP_REQUIRED(401),
  DENIED_BY_RULE(403),
  NO_RULE_ALLOWED(403),
  RULE_ERROR(403),
  NO_ROUTE(404),
  METHOD_NOT_ALLOWED(405),
  REQUEST_TIMEOUT(408),
  BODY_TOO_LARGE(413),
  UNKNOWN_HOST(421),
  UPGRADE_REQUIRED(426),
  LIMITED(429),
  TOO_MANY_ATTEMPTS(429),
  HEADERS_TOO_LARGE(431),
  INTERNAL(500),
  UPSTREAM_BROKEN(502),
  KEYS_UNAVAILABLE(503),
  LIMITS_UNAVAILABLE(503),
  AUDIT_UNAVAILABLE(503),
  NO_ENDPOINT(503),
  OVERLOADED(503),
  ROUTE_OUT_OF_SERVICE(503),
  UPSTREAM_TIMEOUT(504);

  private final int status;
  private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

  Reason(int status) {
    this.status = status;
  }

  /// The HTTP status that this reason answers.
  public int status() {
    return status;
  }

  /// The word that people read and write: `no-credential`.
  public String word() {
    return word;
  }

  /// The error code in the challenge that goes with a 401: RFC 6750 §3.1, RFC 9470 §3. Empty where
  /// the challenge has none, because nothing was shown (RFC 6750 §3), and where there is no
  /// challenge.
  public Optional<String> challengeError() {
    return switch (this) {
      case BAD_CREDENTIAL, EXPIRED_CREDENTIAL, PROOF_MISSING -> Optional.of("invalid_token");
      case STEP_UP_REQUIRED -> Optional.of("insufficient_user_authentication");
      default -> Optional.empty();
    };
  }

  /// The reason of this word, if there is one.
  public static Optional<Reason> of(String word) {
    for (Reason reason : values()) {
      if (reason.word.equals(word)) {
        return Optional.of(reason);
      }
    }
    return Optional.empty();
  }
}
