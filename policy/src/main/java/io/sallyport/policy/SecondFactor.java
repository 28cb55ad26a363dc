package io.sallyport.policy;

import io.sallyport.identity.Caller;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How strongly and how lately a caller must have been authenticated (`require.secondFactor`). Who
/// is not is told what to come back with (RFC 9470 §3).
///
/// @param acr values of which the caller's must be one; empty: any
/// @param within how long ago at most, by `auth_time`; null: whenever
public record SecondFactor(List<String> acr, @Nullable Duration within) {
  /// What it reads of a caller.
  public static final Set<String> INPUTS = Set.of("caller.acr", "caller.claims.auth_time");

  public SecondFactor {
    acr = List.copyOf(acr);
  }

  /// Whether a caller meets it at this time. An absent or malformed claim does not, and neither
  /// does a time to come.
  public boolean isMetBy(Caller caller, Instant now) {
    return caller instanceof Caller.Identified who
        && (acr.isEmpty() || (who.acr() != null && acr.contains(who.acr())))
        && (within == null || isLately(who.claims().get("auth_time"), now, within));
  }

  private static boolean isLately(@Nullable Object authTime, Instant now, Duration within) {
    if (!(authTime instanceof Long seconds)) {
      return false;
    }
    long ago = now.getEpochSecond() - seconds;
    return ago >= 0 && ago <= within.toSeconds();
  }
}
