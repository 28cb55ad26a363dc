package io.sallyport.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sallyport.policy.Reason;
import java.util.Set;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class RequestMetersTest {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final RequestMeters meters =
      new RequestMeters(registry, registry.getPrometheusRegistry());

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

    meters.retain(Set.of("kept"), Set.of());

    assertThat(registry.scrape())
        .doesNotContain("route=\"old\"")
        .contains("route=\"kept\"", "route=\"none\"");
  }

  @Test
  void aDurationFallsIntoTheFirstBucketThatHoldsIt() {
    meters.finished("a", null, 200, 1_000_000, 1_000_001, 20_000_000_000L);

    assertThat(registry.scrape())
        .contains(
            "sallyport_request_seconds_bucket{phase=\"admission\",route=\"a\",le=\"0.001\"} 1",
            "sallyport_request_seconds_bucket{phase=\"upstream\",route=\"a\",le=\"0.001\"} 0",
            "sallyport_request_seconds_bucket{phase=\"upstream\",route=\"a\",le=\"0.005\"} 1",
            "sallyport_request_seconds_bucket{phase=\"total\",route=\"a\",le=\"10.0\"} 0",
            "sallyport_request_seconds_bucket{phase=\"total\",route=\"a\",le=\"+Inf\"} 1");
  }

  @Test
  void endingsThatShareAPlaceAreToldApart() {
    for (int status = 100; status < 600; status++) {
      meters.finished("a", null, status, 1, 1, 1);
    }

    assertThat(registry.find("sallyport.requests").functionCounters())
        .hasSize(500)
        .allSatisfy(counter -> assertThat(counter.count()).isEqualTo(1));
  }

  @Test
  void nothingIsLostWhenThreadsCountTogether() throws Exception {
    int threads = 4;
    int each = 10_000;
    try (var workers = Executors.newFixedThreadPool(threads)) {
      for (int thread = 0; thread < threads; thread++) {
        workers.execute(
            () -> {
              for (int request = 0; request < each; request++) {
                meters.finished("a", null, 200 + request % 3, 1, 1, 1);
              }
            });
      }
    }

    assertThat(registry.scrape())
        .contains("sallyport_request_seconds_count{phase=\"total\",route=\"a\"} " + threads * each);
    assertThat(
            registry.find("sallyport.requests").functionCounters().stream()
                .mapToDouble(FunctionCounter::count)
                .sum())
        .isEqualTo(threads * each);
  }
}
