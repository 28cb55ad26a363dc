package io.sallyport.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.sallyport.bundle.Upstream;
import io.sallyport.upstream.EndpointStatus;
import io.sallyport.upstream.RetryAnswer;
import io.sallyport.upstream.UpstreamEvents;
import io.sallyport.upstream.UpstreamFailure;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts what happens between the gateway and its backends, by upstream and zone.
///
/// Thread-safe, never blocks. Each event looks its meter up by label, which is fine because none of
/// them belongs to a request that goes well on a pooled connection.
public final class UpstreamMeters implements UpstreamEvents {
  private final MeterRegistry registry;
  private final ConcurrentHashMap<Tags, AtomicInteger> connections = new ConcurrentHashMap<>();

  public UpstreamMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void connected(String upstream, Upstream.Endpoint endpoint, long nanos) {
    Tags tags = tags(upstream, endpoint);
    registry.timer("sallyport.upstream.connect", tags).record(nanos, TimeUnit.NANOSECONDS);
    connections(tags).incrementAndGet();
  }

  @Override
  public void disconnected(String upstream, Upstream.Endpoint endpoint) {
    connections(tags(upstream, endpoint)).decrementAndGet();
  }

  @Override
  public void failed(String upstream, Upstream.Endpoint endpoint, UpstreamFailure failure) {
    Tags tags = tags(upstream, endpoint).and("kind", word(failure.kind()));
    registry.counter("sallyport.upstream.failures", tags).increment();
  }

  @Override
  public void healthChanged(
      String upstream, Upstream.Endpoint endpoint, EndpointStatus.Health health, String why) {
    Tags tags = tags(upstream, endpoint).and("health", word(health));
    registry.counter("sallyport.upstream.health.changes", tags).increment();
  }

  @Override
  public void retry(String upstream, RetryAnswer answer) {
    Tags tags = Tags.of("upstream", upstream, "answer", word(answer));
    registry.counter("sallyport.upstream.retries", tags).increment();
  }

  private AtomicInteger connections(Tags tags) {
    return connections.computeIfAbsent(
        tags, t -> registry.gauge("sallyport.upstream.connections", t, new AtomicInteger()));
  }

  private static Tags tags(String upstream, Upstream.Endpoint endpoint) {
    return Tags.of("upstream", upstream, "zone", endpoint.zone());
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
