package io.sallyport.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sallyport.audit.FileAuditLog;
import io.sallyport.bundle.Upstream.Endpoint;
import io.sallyport.upstream.EndpointStatus.Health;
import io.sallyport.upstream.RetryAnswer;
import io.sallyport.upstream.UpstreamFailure;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpstreamMetersTest {
  private static final Endpoint ENDPOINT = new Endpoint("127.0.1.1", 9001, "a");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final UpstreamMeters meters = new UpstreamMeters(registry);

  @Test
  void everyEventIsCountedByUpstreamAndZone() {
    meters.connected("orders", ENDPOINT, 1_000_000);
    meters.connected("orders", ENDPOINT, 1_000_000);
    meters.disconnected("orders", ENDPOINT);
    meters.failed(
        "orders",
        ENDPOINT,
        new UpstreamFailure(UpstreamFailure.Kind.RESET_BEFORE_RESPONSE, false, "x"));
    meters.healthChanged("orders", ENDPOINT, Health.EJECTED, "3 failures in a row");
    meters.retry("orders", RetryAnswer.BUDGET_SPENT);

    assertThat(registry.scrape())
        .contains(
            "sallyport_upstream_connections{upstream=\"orders\",zone=\"a\"} 1.0",
            "sallyport_upstream_connect_seconds_count{upstream=\"orders\",zone=\"a\"} 2",
            "sallyport_upstream_failures_total{kind=\"reset-before-response\",upstream=\"orders\",zone=\"a\"} 1.0",
            "sallyport_upstream_health_changes_total{health=\"ejected\",upstream=\"orders\",zone=\"a\"} 1.0",
            "sallyport_upstream_retries_total{answer=\"budget-spent\",upstream=\"orders\"} 1.0")
        .doesNotContain("127.0.1.1");
  }

  @Test
  void theAuditLogsStateIsReadWhenItIsScraped(@TempDir Path folder) {
    try (FileAuditLog audit =
        new FileAuditLog(folder.resolve("a.jsonl"), 4, FileAuditLog.WhenFull.REFUSE)) {
      AuditMeters.register(registry, audit);
      audit.reserve();

      assertThat(registry.scrape())
          .contains(
              "sallyport_audit_in_flight 1.0",
              "sallyport_audit_healthy 1.0",
              "sallyport_audit_unrecorded_total 0.0");
    }
  }
}
