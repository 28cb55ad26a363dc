package io.sallyport.edge;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.sallyport.admission.Refusal;
import io.sallyport.bundle.Route;
import io.sallyport.policy.Reason;
import io.sallyport.policy.SecondFactor;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a caller is told for one [Reason]: the one table from error to response, as
/// `application/problem+json` (RFC 9457).
///
/// Every 401 says the same but for its challenge, so does every 403, 429 and 503: which rule, which
/// key or which part of the house said no is for the audit record, which the decision id finds.
/// Made once for each reason; what a refusal costs is one small buffer.
final class Problem {
  private static final AsciiString PROBLEM_JSON = AsciiString.cached("application/problem+json");
  private static final AsciiString NO_STORE = AsciiString.cached("no-store");
  private static final AsciiString ONE_SECOND = AsciiString.cached("1");
  private static final byte[] END = "\"}\n".getBytes(US_ASCII);

  private final int status;
  private final byte[] beforeId;
  private final AsciiString length;
  private final @Nullable AsciiString challenge;
  private final @Nullable AsciiString retryAfter;

  private Problem(Reason reason, EdgeSettings settings, String word, String title) {
    this.status = reason.status();
    this.beforeId =
        """
        {"type":"urn:sallyport:problem:%s","title":"%s","status":%d,"decision":"\
        """
            .formatted(word, title, status)
            .getBytes(US_ASCII);
    this.length =
        AsciiString.of(Integer.toString(beforeId.length + DecisionIds.LENGTH + END.length));
    this.challenge =
        status == 401
            ? AsciiString.of(
                "Bearer realm=\""
                    + settings.realm()
                    + '"'
                    + reason.challengeError().map(error -> ", error=\"" + error + '"').orElse(""))
            : null;
    this.retryAfter =
        switch (reason) {
          case OVERLOADED, TOO_MANY_ATTEMPTS -> ONE_SECOND;
          default -> null;
        };
  }

  /// The table.
  static Map<Reason, Problem> table(EdgeSettings settings) {
    Map<Reason, Problem> table = new EnumMap<>(Reason.class);
    for (Reason reason : Reason.values()) {
      table.put(reason, of(reason, settings));
    }
    return table;
  }

  private static Problem of(Reason reason, EdgeSettings settings) {
    return switch (reason) {
      case MALFORMED_REQUEST -> new Problem(reason, settings, reason.word(), "Malformed request");
      case AMBIGUOUS_TARGET ->
          new Problem(reason, settings, reason.word(), "The target has more than one meaning");
      case NO_CREDENTIAL, BAD_CREDENTIAL, EXPIRED_CREDENTIAL, PROOF_MISSING, STEP_UP_REQUIRED ->
          new Problem(reason, settings, "authentication-required", "Authentication required");
      case DENIED_BY_RULE, NO_RULE_ALLOWED, RULE_ERROR ->
          new Problem(reason, settings, "forbidden", "Forbidden");
      case NO_ROUTE -> new Problem(reason, settings, reason.word(), "Not found");
      case METHOD_NOT_ALLOWED -> new Problem(reason, settings, reason.word(), "Method not allowed");
      case REQUEST_TIMEOUT ->
          new Problem(reason, settings, reason.word(), "The request did not arrive in time");
      case BODY_TOO_LARGE -> new Problem(reason, settings, reason.word(), "Body too large");
      case UNKNOWN_HOST ->
          new Problem(reason, settings, reason.word(), "This host is not served here");
      case UPGRADE_REQUIRED -> new Problem(reason, settings, reason.word(), "Upgrade required");
      case LIMITED, TOO_MANY_ATTEMPTS ->
          new Problem(reason, settings, "too-many-requests", "Too many requests");
      case HEADERS_TOO_LARGE -> new Problem(reason, settings, reason.word(), "Headers too large");
      case INTERNAL -> new Problem(reason, settings, reason.word(), "Internal error");
      case UPSTREAM_BROKEN ->
          new Problem(reason, settings, reason.word(), "The service behind gave no good answer");
      case UPSTREAM_TIMEOUT ->
          new Problem(reason, settings, reason.word(), "The service behind gave no answer in time");
      case KEYS_UNAVAILABLE,
          LIMITS_UNAVAILABLE,
          AUDIT_UNAVAILABLE,
          NO_ENDPOINT,
          OVERLOADED,
          ROUTE_OUT_OF_SERVICE ->
          new Problem(reason, settings, "unavailable", "Not available now");
    };
  }

  int status() {
    return status;
  }

  /// The answer's fields.
  ///
  /// @param refusal what admission said; null when the refusal came from elsewhere
  HttpHeaders headers(String decisionId, @Nullable Refusal refusal) {
    HttpHeaders headers =
        DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
    headers.add(HttpHeaderNames.CONTENT_TYPE, PROBLEM_JSON);
    headers.add(HttpHeaderNames.CONTENT_LENGTH, length);
    headers.add(HttpHeaderNames.CACHE_CONTROL, NO_STORE);
    headers.add(AnswerFields.DECISION, decisionId);
    if (challenge != null) {
      String wanted = wanted(refusal);
      headers.add(
          HttpHeaderNames.WWW_AUTHENTICATE, wanted.isEmpty() ? challenge : challenge + wanted);
    }
    if (retryAfter != null) {
      headers.add(HttpHeaderNames.RETRY_AFTER, retryAfter);
    }
    if (refusal != null) {
      if (!refusal.allowed().isEmpty()) {
        headers.add(HttpHeaderNames.ALLOW, allow(refusal.allowed()));
      }
      if (refusal.exhausted() != null) {
        RateLimitFields.exhausted(headers, refusal.exhausted());
      }
    }
    return headers;
  }

  /// What the caller must come back with (RFC 9470 §3); empty for every refusal but for a step up.
  private static String wanted(@Nullable Refusal refusal) {
    if (refusal == null || refusal.reason() != Reason.STEP_UP_REQUIRED) {
      return "";
    }
    Route route = refusal.considered().route();
    SecondFactor factor = route == null ? null : route.policy().require();
    if (factor == null) {
      return "";
    }
    return (factor.acr().isEmpty() ? "" : ", acr_values=\"" + String.join(" ", factor.acr()) + '"')
        + (factor.within() == null ? "" : ", max_age=\"" + factor.within().toSeconds() + '"');
  }

  ByteBuf body(String decisionId) {
    byte[] body = Arrays.copyOf(beforeId, beforeId.length + DecisionIds.LENGTH + END.length);
    for (int i = 0; i < DecisionIds.LENGTH; i++) {
      body[beforeId.length + i] = (byte) decisionId.charAt(i);
    }
    System.arraycopy(END, 0, body, beforeId.length + DecisionIds.LENGTH, END.length);
    return Unpooled.wrappedBuffer(body);
  }

  private static String allow(Set<String> methods) {
    return String.join(", ", new TreeSet<>(methods));
  }
}
