package io.sallyport.audit;

import io.sallyport.bundle.Route;
import io.sallyport.identity.Caller;
import io.sallyport.policy.Decision;
import io.sallyport.policy.Reason;
import java.net.InetAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What happened to one request. Written as one JSON line; the line's fields and their order are
/// `v: 1`.
///
/// @param timeMillis when the head had arrived, since the epoch
/// @param decisionId names this decision everywhere
/// @param bundle short id of the bundle that judged
/// @param reason why it was refused; null when it was admitted and answered by its route
/// @param detail for people; never sent to the caller
/// @param rule id of the rule that decided; empty when none did
/// @param webSocket whether it asked for one
/// @param target path and query as policy saw them, or as sent when they were ambiguous
/// @param inputs the variables that the route's rules read
/// @param shadows what policies that shadow the route's would have answered
/// @param outcomes what came of every rule; empty unless the policy wants that
/// @param status what the caller was answered; 0 when nothing could be answered
/// @param zone where the last try went; empty when nothing was tried
/// @param ending how the exchange ended
/// @param admissionMicros from the head's arrival to yes or no
/// @param upstreamMicros from permit to the first byte of the backend's answer; 0 without one
/// @param totalMicros from the head's arrival to the last byte
/// @param degraded ids or words of what let the request pass in a degraded mode; empty normally
public record AuditRecord(
    long timeMillis,
    String decisionId,
    String bundle,
    @Nullable Route route,
    String rule,
    @Nullable Reason reason,
    String detail,
    @Nullable Caller caller,
    InetAddress source,
    String protocol,
    String method,
    boolean webSocket,
    String host,
    String target,
    Map<String, @Nullable Object> inputs,
    Map<String, Decision> shadows,
    Map<String, String> outcomes,
    int status,
    long bytesIn,
    long bytesOut,
    String zone,
    String endpoint,
    int retries,
    Ending ending,
    long admissionMicros,
    long upstreamMicros,
    long totalMicros,
    String degraded,
    String traceId) {

  /// How an exchange ended.
  public enum Ending {
    /// Answered to the last byte.
    COMPLETE("complete"),
    /// The client went away first.
    CLIENT_ABORTED("client-aborted"),
    /// The backend's answer ended early, after its head had been passed on.
    UPSTREAM_ABORTED("upstream-aborted"),
    /// The gateway ended it: a time-out or a bound in mid-answer.
    CUT_OFF("cut-off");

    private final String word;

    Ending(String word) {
      this.word = word;
    }

    /// How the audit log spells it.
    public String word() {
      return word;
    }
  }
}
