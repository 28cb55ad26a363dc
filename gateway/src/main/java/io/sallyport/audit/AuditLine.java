package io.sallyport.audit;

import io.sallyport.identity.Caller;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/// The JSON line of a record: its fields and their order are version 1 of the audit format,
/// described in `docs/reference/audit.md`. ASCII only, so that no text of a caller can break a line
/// or a reader.
final class AuditLine {
  /// Query parameters that people put credentials in, although nobody should.
  private static final Pattern SECRET_PARAMETER =
      Pattern.compile(
          "(?i)([?&](?:access_token|id_token|refresh_token|token|code|client_secret|password|api_?key|jwt)=)[^&]*");

  /// `user:password@` of an authority; only targets that were refused as ambiguous have one.
  private static final Pattern USER = Pattern.compile("^([A-Za-z][A-Za-z0-9+.-]*://)?[^/?#]*@");

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private AuditLine() {}

  /// One request's line, without its end of line.
  static byte[] of(long seq, AuditRecord record) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      head(json, seq, record.timeMillis(), "request");
      json.writeStringProperty("decision", record.decisionId());
      json.writeStringProperty("bundle", record.bundle());
      json.writeStringProperty("route", record.route() == null ? "" : record.route().id());
      json.writeStringProperty(
          "policy", record.route() == null ? "" : record.route().policy().id());
      json.writeStringProperty("rule", record.rule());
      json.writeStringProperty("outcome", record.reason() == null ? "admitted" : "refused");
      json.writeStringProperty("reason", record.reason() == null ? "" : record.reason().word());
      json.writeStringProperty("detail", record.detail());
      json.writeName("caller");
      caller(json, record.caller());
      json.writeStringProperty("source", record.source().getHostAddress());
      json.writeStringProperty("protocol", record.protocol());
      json.writeStringProperty("method", record.method());
      json.writeStringProperty("host", withoutUser(record.host()));
      json.writeStringProperty("target", withoutSecrets(record.target()));
      json.writeName("inputs");
      value(json, record.inputs());
      json.writeNumberProperty("status", record.status());
      json.writeNumberProperty("bytesIn", record.bytesIn());
      json.writeNumberProperty("bytesOut", record.bytesOut());
      json.writeStringProperty("zone", record.zone());
      json.writeStringProperty("endpoint", record.endpoint());
      json.writeNumberProperty("retries", record.retries());
      json.writeStringProperty(
          "ending", record.ending().name().toLowerCase(Locale.ROOT).replace('_', '-'));
      json.writeNumberProperty("admissionMicros", record.admissionMicros());
      json.writeNumberProperty("upstreamMicros", record.upstreamMicros());
      json.writeNumberProperty("totalMicros", record.totalMicros());
      json.writeStringProperty("degraded", record.degraded());
      json.writeStringProperty("trace", record.traceId());
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  /// A line about something that is not a request.
  static byte[] of(long seq, long timeMillis, String kind, Map<String, Object> fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      head(json, seq, timeMillis, kind);
      for (Map.Entry<String, Object> field : fields.entrySet()) {
        json.writeName(field.getKey());
        value(json, field.getValue());
      }
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static void head(JsonGenerator json, long seq, long timeMillis, String kind) {
    json.writeNumberProperty("v", 1);
    json.writeNumberProperty("seq", seq);
    json.writeStringProperty("time", Instant.ofEpochMilli(timeMillis).toString());
    json.writeStringProperty("kind", kind);
  }

  private static void caller(JsonGenerator json, @Nullable Caller caller) {
    switch (caller) {
      case null -> json.writeNull();
      case Caller.Anonymous _ -> {
        json.writeStartObject();
        json.writeStringProperty("kind", "anonymous");
        json.writeEndObject();
      }
      case Caller.Identified who -> {
        json.writeStartObject();
        json.writeStringProperty("kind", who.kind());
        json.writeStringProperty("identity", who.identity());
        known(json, "issuer", who.issuer());
        known(json, "subject", who.subject());
        known(json, "client", who.client());
        known(json, "spiffe", who.spiffe());
        json.writeEndObject();
      }
    }
  }

  private static void known(JsonGenerator json, String name, @Nullable String value) {
    if (value != null) {
      json.writeStringProperty(name, value);
    }
  }

  private static void value(JsonGenerator json, @Nullable Object value) {
    switch (value) {
      case null -> json.writeNull();
      case Boolean truth -> json.writeBoolean(truth);
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Double number -> json.writeNumber(number);
      case Map<?, ?> fields -> {
        json.writeStartObject();
        fields.forEach(
            (name, inner) -> {
              json.writeName(String.valueOf(name));
              value(json, inner);
            });
        json.writeEndObject();
      }
      case Iterable<?> items -> {
        json.writeStartArray();
        for (Object item : items) {
          value(json, item);
        }
        json.writeEndArray();
      }
      default -> json.writeString(value.toString());
    }
  }

  private static String withoutSecrets(String target) {
    String named = target.startsWith("/") ? target : withoutUser(target);
    return named.indexOf('?') < 0 ? named : SECRET_PARAMETER.matcher(named).replaceAll("$1***");
  }

  private static String withoutUser(String authority) {
    return authority.indexOf('@') < 0 ? authority : USER.matcher(authority).replaceFirst("$1***@");
  }
}
