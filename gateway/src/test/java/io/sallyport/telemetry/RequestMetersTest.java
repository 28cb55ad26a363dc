package io.sallyport.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sallyport.policy.Reason;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RequestMetersTest {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final RequestMeters meters = new RequestMeters(registry);

  @Test
  void anAnswerIsCountedByRouteAndStatusWithoutAReason() {
    meters.finished("orders-read", null, 200, 3_000, 900_000, 1_000_000);
    meters.finished("orders-read", null, 200, 3_000, 900_000, 1_000_000);

    assertThat(registry.scrape())
        .contains(
            "sallyport_requests_total{reason=\"\",route=\"orders-read\",status=\"200\"} 2.0",
            "sallyport_request_seconds_count{phase=\"upstream\",route=\"orders-read\"} 2",
            "sallyport_request_seconds_sum{phase=\"admission\",route=\"orders-read\"} 6.0E-6");
  }

  @Test
  void aRefusalIsCountedWithItsReasonAndNoUpstreamTime() {
    meters.finished(null, Reason.NO_CREDENTIAL, 401, 3_000, 0, 5_000);

    assertThat(registry.scrape())
        .contains(
            "sallyport_requests_total{reason=\"no-credential\",route=\"none\",status=\"401\"} 1.0",
            "sallyport_request_seconds_count{phase=\"upstream\",route=\"none\"} 0");
  }

  @Test
  void anAnswerThatCouldNotBeGivenIsCountedAsStatusZero() {
    meters.finished("a", Reason.INTERNAL, 0, 1, 0, 1);
    meters.finished("a", Reason.INTERNAL, 1234, 1, 0, 1);

    assertThat(registry.scrape())
        .contains("sallyport_requests_total{reason=\"internal\",route=\"a\",status=\"0\"} 2.0");
  }

  @Test
  void aRouteThatANewBundleNoLongerHasIsForgotten() {
    meters.finished("old", null, 200, 1, 1, 1);
    meters.finished("kept", null, 200, 1, 1, 1);
    meters.finished(null, Reason.UNKNOWN_HOST, 421, 1, 0, 1);

    meters.retain(Set.of("kept"));

    assertThat(registry.scrape())
        .doesNotContain("route=\"old\"")
        .contains("route=\"kept\"", "route=\"none\"");
  }
}
