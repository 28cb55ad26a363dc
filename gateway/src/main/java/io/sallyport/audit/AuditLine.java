package io.sallyport.audit;

import io.sallyport.identity.Caller;
import io.sallyport.policy.Decision;
import io.sallyport.policy.Reason;
import io.sallyport.policy.cel.Inputs;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The JSON line of a record: its fields and their order are version 1 of the audit format,
/// described in `docs/reference/audit.md`. ASCII only, so that no text of a caller can break a line
/// or a reader. Used by one thread: it remembers how it spelt the last second.
final class AuditLine {
  private static final Pattern SECRET_PARAMETER =
      Pattern.compile("(?i)([?&](?:" + Inputs.SECRET_PARAMETERS + ")=)[^&]*");

  /// `user:password@` of an authority; only targets that were refused as ambiguous have one.
  private static final Pattern USER = Pattern.compile("^([A-Za-z][A-Za-z0-9+.-]*://)?[^/?#]*@");

  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.", Locale.ROOT).withZone(ZoneOffset.UTC);

  private long second = Long.MIN_VALUE;
  private String spelt = "";

  /// Appends one request's line, without its end of line.
  void write(JsonText json, long seq, AuditRecord record) {
    json.begin();
    head(json, seq, record.timeMillis(), "request");
    json.text("decision", record.decisionId());
    json.text("bundle", record.bundle());
    json.text("route", record.route() == null ? "" : record.route().id());
    json.text("policy", record.route() == null ? "" : record.route().policy().id());
    json.text("rule", record.rule());
    json.text("outcome", record.reason() == null ? "admitted" : "refused");
    json.text("reason", record.reason() == null ? "" : record.reason().word());
    json.text("detail", record.detail());
    json.name("caller");
    caller(json, record.caller());
    json.text("source", record.source().getHostAddress());
    json.text("protocol", record.protocol());
    json.text("method", record.method());
    if (record.webSocket()) {
      json.text("upgrade", "websocket");
    }
    json.text("host", withoutUser(record.host()));
    json.text("target", withoutSecrets(record.target()));
    json.name("inputs").value(record.inputs());
    shadows(json, record.shadows());
    if (!record.outcomes().isEmpty()) {
      json.name("rules").value(record.outcomes());
    }
    json.number("status", record.status());
    json.number("bytesIn", record.bytesIn());
    json.number("bytesOut", record.bytesOut());
    json.text("zone", record.zone());
    json.text("endpoint", record.endpoint());
    json.number("retries", record.retries());
    json.text("ending", record.ending().word());
    json.number("admissionMicros", record.admissionMicros());
    json.number("upstreamMicros", record.upstreamMicros());
    json.number("totalMicros", record.totalMicros());
    json.text("degraded", record.degraded());
    json.text("trace", record.traceId());
    json.end();
  }

  /// Appends a line about something that is not a request.
  void write(JsonText json, long seq, long timeMillis, String kind, Map<String, Object> fields) {
    json.begin();
    head(json, seq, timeMillis, kind);
    for (Map.Entry<String, Object> field : fields.entrySet()) {
      json.name(field.getKey()).value(field.getValue());
    }
    json.end();
  }

  private void head(JsonText json, long seq, long timeMillis, String kind) {
    json.number("v", 1);
    json.number("seq", seq);
    json.text("time", time(timeMillis));
    json.text("kind", kind);
  }

  private String time(long millis) {
    long now = Math.floorDiv(millis, 1000);
    if (now != second) {
      spelt = SECOND.format(Instant.ofEpochSecond(now));
      second = now;
    }
    int rest = (int) Math.floorMod(millis, 1000L);
    return spelt + (rest < 10 ? "00" : rest < 100 ? "0" : "") + rest + 'Z';
  }

  /// Only where a policy is shadowed.
  private static void shadows(JsonText json, Map<String, Decision> shadows) {
    if (shadows.isEmpty()) {
      return;
    }
    json.name("shadows");
    json.begin();
    shadows.forEach(
        (policy, decision) -> {
          json.name(policy);
          json.begin();
          switch (decision) {
            case Decision.Allowed(String rule) -> {
              json.text("outcome", "admitted");
              json.text("rule", rule);
            }
            case Decision.Denied(Reason reason, String rule, String _) -> {
              json.text("outcome", "refused");
              json.text("rule", rule);
              json.text("reason", reason.word());
            }
          }
          json.end();
        });
    json.end();
  }

  private static void caller(JsonText json, @Nullable Caller caller) {
    switch (caller) {
      case null -> json.nothing();
      case Caller.Anonymous _ -> {
        json.begin();
        json.text("kind", "anonymous");
        json.end();
      }
      case Caller.Identified who -> {
        json.begin();
        json.text("kind", who.kind());
        json.text("identity", who.identity());
        known(json, "issuer", who.issuer());
        known(json, "subject", who.subject());
        known(json, "client", who.client());
        known(json, "spiffe", who.spiffe());
        json.end();
      }
    }
  }

  private static void known(JsonText json, String name, @Nullable String value) {
    if (value != null) {
      json.text(name, value);
    }
  }

  private static String withoutSecrets(String target) {
    String named = target.startsWith("/") ? target : withoutUser(target);
    return named.indexOf('?') < 0
        ? named
        : SECRET_PARAMETER.matcher(named).replaceAll("$1" + Inputs.MASKED);
  }

  private static String withoutUser(String authority) {
    return authority.indexOf('@') < 0 ? authority : USER.matcher(authority).replaceFirst("$1***@");
  }
}
