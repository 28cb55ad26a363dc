package io.sallyport.boot;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sallyport.admission.ProbeReport;
import io.sallyport.admission.Ruleset;
import io.sallyport.audit.AuditLog;
import io.sallyport.bundle.Bundle;
import io.sallyport.bundle.Route;
import io.sallyport.snapshot.SnapshotEvents;
import io.sallyport.telemetry.LimitMeters;
import io.sallyport.telemetry.RequestMeters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells people, meters and the audit log what becomes of bundles.
final class SnapshotReports implements SnapshotEvents<Ruleset> {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotReports.class);

  private final AuditLog audit;
  private final RequestMeters requests;
  private final LimitMeters limits;
  private final Counter loads;
  private final Counter refusals;
  private final AtomicInteger bad = new AtomicInteger();
  private final AtomicInteger enforced = new AtomicInteger();
  private final AtomicInteger outOfService = new AtomicInteger();

  SnapshotReports(
      AuditLog audit, RequestMeters requests, LimitMeters limits, MeterRegistry registry) {
    this.audit = audit;
    this.requests = requests;
    this.limits = limits;
    this.loads =
        Counter.builder("sallyport.bundle.loads")
            .description("Bundles that took effect")
            .register(registry);
    this.refusals =
        Counter.builder("sallyport.bundle.refusals")
            .description("Bundles that were refused")
            .register(registry);
    Gauge.builder("sallyport.routes.enforced", enforced, AtomicInteger::get)
        .description("Routes that answered the gateway's own probes as their policies say")
        .register(registry);
    Gauge.builder("sallyport.routes.out.of.service", outOfService, AtomicInteger::get)
        .description("Routes that answered otherwise, and are refused since")
        .register(registry);
    Gauge.builder("sallyport.bundle.stale", bad, AtomicInteger::get)
        .description("1 while the folder holds a bundle that was refused, and an older one serves")
        .register(registry);
  }

  @Override
  public void loaded(Ruleset now, @Nullable Ruleset before) {
    bad.set(0);
    loads.increment();
    var bundle = now.bundle();
    bundle.warnings().forEach(warning -> LOG.warn("bundle: {}", warning));
    LOG.info("bundle {} is in force", bundle.shortId());
    tell(now.report());
    audit.event(
        "bundle-loaded",
        Map.of(
            "bundle",
            bundle.shortId(),
            "before",
            before == null ? "" : before.bundle().shortId(),
            "changes",
            changes(bundle, before == null ? null : before.bundle())));
    if (before != null) {
      limits.retain(bundle.limits().keySet());
      requests.retain(
          bundle.routeList().stream().map(Route::id).collect(Collectors.toSet()),
          bundle.policies().keySet());
      before.close();
    }
  }

  private void tell(ProbeReport report) {
    enforced.set(report.enforced());
    outOfService.set(report.failures().size());
    LOG.info("enforced {} routes", report.enforced());
    if (!report.unasked().isEmpty()) {
      LOG.warn("not probed, since other routes are more specific: {}", report.unasked());
    }
    report
        .failures()
        .forEach((route, how) -> LOG.error("route {} is out of service: {}", route, how));
    if (!report.failures().isEmpty()) {
      audit.event("routes-out-of-service", Map.of("routes", report.failures()));
    }
  }

  @Override
  public void refused(List<String> problems) {
    bad.set(1);
    refusals.increment();
    LOG.error("the bundle was refused; the one in force stays:\n{}", String.join("\n", problems));
    audit.event("bundle-refused", Map.of("problems", problems));
  }

  @Override
  public void servingLastGood(Ruleset lastGood, List<String> problems) {
    bad.set(1);
    refusals.increment();
    var id = lastGood.bundle().shortId();
    LOG.error(
        "the bundle cannot be used; the last good one, {}, serves:\n{}",
        id,
        String.join("\n", problems));
    tell(lastGood.report());
    audit.event("bundle-last-good", Map.of("bundle", id, "problems", problems));
  }

  @Override
  public void notKept(String why) {
    LOG.error("the bundle in force could not be kept for a restart: {}", why);
  }

  /// Who changed what: files by hash, with the owner and the change that the files name.
  private static List<Map<String, Object>> changes(Bundle now, @Nullable Bundle before) {
    var old = new HashMap<String, Bundle.Source>();
    if (before != null) {
      before.sources().forEach(source -> old.put(source.path(), source));
    }
    var changes = new ArrayList<Map<String, Object>>();
    for (Bundle.Source source : now.sources()) {
      var was = old.remove(source.path());
      if (was == null || !was.sha256().equals(source.sha256())) {
        changes.add(change(source, was == null ? "added" : "changed"));
      }
    }
    old.values().forEach(gone -> changes.add(change(gone, "removed")));
    return changes;
  }

  private static Map<String, Object> change(Bundle.Source source, String what) {
    return Map.of(
        "path", source.path(),
        "what", what,
        "sha256", source.sha256(),
        "owner", source.owner(),
        "change", source.change());
  }
}
