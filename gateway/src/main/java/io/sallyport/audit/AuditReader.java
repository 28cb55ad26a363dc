package io.sallyport.audit;

import io.sallyport.bundle.Recorded;
import io.sallyport.identity.Caller;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/// Reads requests back out of audit files, for those who judge them again. Line by line: a file may
/// be of any size.
public final class AuditReader {
  /// Longer ones are no records of ours: a head is bounded.
  private static final int LONGEST_LINE = 4 << 20;

  private static final ObjectMapper JSON = new JsonMapper();

  private AuditReader() {}

  /// What was in a file.
  ///
  /// @param requests lines that were requests
  /// @param unreadable lines that were nothing that this version writes
  public record Content(long requests, long unreadable) {}

  /// Hands every request of a file to `requests`, in order. A name that ends in `.gz` is unpacked.
  ///
  /// @throws IOException when the file cannot be read
  public static Content read(Path file, Consumer<Recorded> requests) throws IOException {
    long read = 0;
    long unreadable = 0;
    try (var raw = Files.newInputStream(file);
        var bytes = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        var lines = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.US_ASCII))) {
      for (String line = next(lines); line != null; line = next(lines)) {
        switch (parsed(line)) {
          case Line.Request(Recorded recorded) -> {
            read++;
            requests.accept(recorded);
          }
          case Line.Other _ -> {}
          case Line.Unreadable _ -> unreadable++;
        }
      }
    }
    return new Content(read, unreadable);
  }

  private static @Nullable String next(BufferedReader lines) throws IOException {
    StringBuilder line = new StringBuilder(1024);
    int c = lines.read();
    if (c < 0) {
      return null;
    }
    while (c >= 0 && c != '\n') {
      if (line.length() < LONGEST_LINE) {
        line.append((char) c);
      }
      c = lines.read();
    }
    return line.toString();
  }

  private sealed interface Line {
    record Request(Recorded recorded) implements Line {}

    /// What the gateway did, or an empty line.
    record Other() implements Line {}

    record Unreadable() implements Line {}
  }

  private static Line parsed(String line) {
    if (line.isBlank()) {
      return new Line.Other();
    }
    try {
      JsonNode record = JSON.readTree(line);
      if (record.path("v").asInt(0) != 1 || !record.path("kind").isString()) {
        return new Line.Unreadable();
      }
      if (!record.path("kind").asString().equals("request")) {
        return new Line.Other();
      }
      return request(record).<Line>map(Line.Request::new).orElse(new Line.Unreadable());
    } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
      return new Line.Unreadable();
    }
  }

  private static Optional<Recorded> request(JsonNode record) {
    for (String name : List.of("decision", "method", "host", "target", "source", "time")) {
      if (!record.path(name).isString()) {
        return Optional.empty();
      }
    }
    return Optional.of(
        new Recorded(
            record.path("decision").asString(),
            record.path("method").asString(),
            record.path("host").asString(),
            record.path("target").asString(),
            InetAddress.ofLiteral(record.path("source").asString()),
            Instant.parse(record.path("time").asString()),
            caller(record.path("caller")),
            record.path("upgrade").asString("").equals("websocket"),
            record.path("bundle").asString(""),
            record.path("reason").asString(""),
            inputs(record.path("inputs"))));
  }

  private static @Nullable Caller caller(JsonNode caller) {
    if (!caller.isObject()) {
      return null;
    }
    if (caller.path("kind").asString("").equals("anonymous")) {
      return Caller.ANONYMOUS;
    }
    return new Caller.Identified(
        caller.path("identity").asString(""),
        caller.path("kind").asString(""),
        text(caller, "subject"),
        text(caller, "client"),
        text(caller, "issuer"),
        text(caller, "spiffe"),
        null,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        false,
        Map.of());
  }

  private static @Nullable String text(JsonNode object, String name) {
    JsonNode value = object.path(name);
    return value.isString() ? value.asString() : null;
  }

  private static Map<String, @Nullable Object> inputs(JsonNode inputs) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    inputs.properties().forEach(each -> values.put(each.getKey(), plain(each.getValue())));
    return values;
  }

  private static @Nullable Object plain(JsonNode value) {
    if (value.isArray()) {
      List<@Nullable Object> items = new ArrayList<>();
      value.forEach(item -> items.add(plain(item)));
      return items;
    }
    if (value.isObject()) {
      Map<String, @Nullable Object> members = new LinkedHashMap<>();
      value.properties().forEach(each -> members.put(each.getKey(), plain(each.getValue())));
      return members;
    }
    if (value.isIntegralNumber()) {
      return value.asLong();
    }
    if (value.isNumber()) {
      return value.asDouble();
    }
    return value.isBoolean()
        ? (Object) value.asBoolean()
        : value.isNull() ? null : value.asString();
  }
}
