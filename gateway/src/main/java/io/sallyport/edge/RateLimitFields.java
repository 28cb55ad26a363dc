package io.sallyport.edge;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.sallyport.bundle.Limit;
import io.sallyport.limits.Allowance;

/// Tells a caller how much is left: `RateLimit-Policy` and `RateLimit`
/// (draft-ietf-httpapi-ratelimit-headers, as structured fields), and `Retry-After` (RFC 9110
/// §10.2.3). Times in seconds, rounded up.
final class RateLimitFields {
  private static final AsciiString POLICY = AsciiString.cached("ratelimit-policy");
  private static final AsciiString LIMIT = AsciiString.cached("ratelimit");

  private RateLimitFields() {}

  /// For an admitted request. What a backend says of limits of its own is replaced.
  static void granted(HttpHeaders headers, Allowance.Quota quota) {
    headers.set(POLICY, policy(quota.limit()));
    headers.set(LIMIT, left(quota.limit(), quota.remaining(), seconds(quota.resetMillis())));
  }

  static void exhausted(HttpHeaders headers, Allowance.Exhausted exhausted) {
    long wait = Math.max(1, seconds(exhausted.retryAfterMillis()));
    headers.set(HttpHeaderNames.RETRY_AFTER, Long.toString(wait));
    headers.set(POLICY, policy(exhausted.limit()));
    headers.set(LIMIT, left(exhausted.limit(), 0, wait));
  }

  private static String policy(Limit limit) {
    long window = Math.max(1, seconds(limit.per().toMillis()));
    return "\"" + limit.id() + "\";q=" + limit.requests() + ";w=" + window;
  }

  private static String left(Limit limit, long remaining, long seconds) {
    return "\"" + limit.id() + "\";r=" + remaining + ";t=" + seconds;
  }

  private static long seconds(long millis) {
    return Math.ceilDiv(millis, 1000L);
  }
}
