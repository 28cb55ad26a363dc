package io.sallyport.bundle;

import io.sallyport.bundle.format.Section;
import io.sallyport.bundle.format.Value;
import io.sallyport.bundle.source.Findings;
import io.sallyport.bundle.source.Place;
import io.sallyport.routing.TargetReader;
import io.sallyport.routing.TargetReading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads where requests are carried.
final class UpstreamReader {
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(\\[[0-9A-Fa-f:.]{2,45}\\]|[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?):([0-9]{1,5})");
  private static final Upstream.PassiveHealth PASSIVE = Upstream.PassiveHealth.DEFAULT;

  private final Findings findings;

  UpstreamReader(Findings findings) {
    this.findings = findings;
  }

  /// Null when it is faulty, which was reported.
  @Nullable Upstream read(Section upstream) {
    String id = upstream.text("id");
    List<Upstream.Endpoint> endpoints = endpoints(upstream);
    Section health = upstream.section("health");
    Upstream.ActiveHealth active = health == null ? null : active(health);
    Upstream.Protocol protocol = protocol(upstream);
    Section tls = upstream.section("tls");
    if (id == null || endpoints.isEmpty() || protocol == null) {
      return null;
    }
    return new Upstream(
        id,
        protocol,
        tls == null ? null : new Upstream.Tls(tls.text("trust", ""), tls.text("serverName")),
        endpoints,
        active,
        passive(health),
        true);
  }

  private Upstream.@Nullable Protocol protocol(Section upstream) {
    return switch (upstream.text("protocol", "h1")) {
      case "h2" -> insideTls(upstream);
      case "h2c" -> inCleartext(upstream);
      default -> Upstream.Protocol.H1;
    };
  }

  private Upstream.@Nullable Protocol insideTls(Section upstream) {
    if (upstream.has("tls")) {
      return upstream.section("tls") == null ? null : Upstream.Protocol.H2;
    }
    findings.problem(
        upstream.at("protocol"), "'h2' is always TLS: 'tls' is missing; without TLS it is 'h2c'");
    return null;
  }

  private Upstream.@Nullable Protocol inCleartext(Section upstream) {
    if (!upstream.has("tls")) {
      return Upstream.Protocol.H2C;
    }
    findings.problem(
        upstream.nameOf("tls"), "'h2c' is cleartext and takes no 'tls'; with TLS it is 'h2'");
    return null;
  }

  private List<Upstream.Endpoint> endpoints(Section upstream) {
    List<Upstream.Endpoint> endpoints = new ArrayList<>();
    Map<String, Place> seen = new HashMap<>();
    for (Section section : upstream.sections("endpoints")) {
      Value.Leaf address = section.leaf("address");
      String zone = section.text("zone");
      if (address == null) {
        continue;
      }
      Matcher parts = ADDRESS.matcher(address.text());
      if (!parts.matches() || !isPort(parts.group(2))) {
        findings.problem(
            address.place(),
            "'address' must be host:port, such as 10.0.1.10:8443, not '%s'"
                .formatted(address.text()));
        continue;
      }
      Place first = seen.putIfAbsent(address.text(), address.place());
      if (first != null) {
        findings.problem(
            address.place(),
            "endpoint '%s' is there twice; first at %s".formatted(address.text(), first));
      } else if (zone != null) {
        endpoints.add(
            new Upstream.Endpoint(parts.group(1), Integer.parseInt(parts.group(2)), zone));
      }
    }
    return endpoints;
  }

  private static boolean isPort(String digits) {
    int port = Integer.parseInt(digits);
    return port > 0 && port < 65_536;
  }

  private Upstream.@Nullable ActiveHealth active(Section health) {
    Section active = health.section("active");
    Value.Leaf path = active == null ? null : active.leaf("path");
    if (active == null || path == null) {
      return null;
    }
    if (TargetReader.read("GET", "upstream", path.text())
        instanceof TargetReading.Ambiguous(String why)) {
      findings.problem(path.place(), "'path' would be ambiguous: " + why);
    }
    return new Upstream.ActiveHealth(
        path.text(),
        active.duration("every", java.time.Duration.ofSeconds(2)),
        Math.toIntExact(active.number("unhealthyAfter", 3)),
        Math.toIntExact(active.number("healthyAfter", 2)));
  }

  private static Upstream.PassiveHealth passive(@Nullable Section health) {
    Section passive = health == null ? null : health.section("passive");
    return passive == null
        ? PASSIVE
        : new Upstream.PassiveHealth(
            Math.toIntExact(passive.number("consecutiveFailures", PASSIVE.consecutiveFailures())),
            passive.duration("eject", PASSIVE.eject()),
            passive.percent("maxEjected", PASSIVE.maxEjectedPercent()));
  }
}
