package io.sallyport.policy.cel;

import io.sallyport.identity.Caller;
import io.sallyport.policy.AccessRequest;
import io.sallyport.policy.HeaderFields;
import io.sallyport.policy.Tls;
import io.sallyport.routing.RequestTarget;
import io.sallyport.routing.TargetReader;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// A question for tests: everything as plain values.
record Asked(
    Caller caller, RequestTarget target, HeaderFields headers, Map<String, String> variables)
    implements AccessRequest {

  static final Caller ALICE =
      new Caller.Identified(
          "corporate",
          "jwt",
          "alice",
          "web",
          "https://id.example.com",
          null,
          "urn:example:mfa",
          List.of("pwd", "otp"),
          List.of("orders:read", "orders:list"),
          List.of("staff"),
          List.of("reader"),
          false,
          Map.of(
              "tenant",
              "t1",
              "level",
              3L,
              "admin",
              true,
              "teams",
              List.of("a", "b"),
              "address",
              Map.of("city", "Bern")));

  static Asked by(Caller caller, String target) {
    return new Asked(
        caller,
        (RequestTarget) TargetReader.read("GET", "api.example.com", target),
        HeaderFields.NONE,
        Map.of());
  }

  static Asked byAlice(String target) {
    return by(ALICE, target);
  }

  Asked with(Map<String, List<String>> fields) {
    return new Asked(caller, target, name -> fields.getOrDefault(name, List.of()), variables);
  }

  Asked matched(Map<String, String> matched) {
    return new Asked(caller, target, headers, matched);
  }

  @Override
  public InetAddress source() {
    return InetAddress.ofLiteral("198.51.100.7");
  }

  @Override
  public int port() {
    return 40_000;
  }

  @Override
  public long bodySize() {
    return 12;
  }

  @Override
  public Tls tls() {
    return new Tls("TLSv1.3", "TLS_AES_128_GCM_SHA256", "", "api.example.com");
  }

  @Override
  public Instant time() {
    return Instant.parse("2026-11-23T22:00:00Z");
  }

  @Override
  public String route() {
    return "orders-read";
  }
}
