package io.sallyport.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class GarbageCollectionMetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void countsTheCollectionsOfEachCollector() {
    new GarbageCollectionMeters(registry);
    double before = collections();

    System.gc();

    assertThat(collections()).isGreaterThan(before);
    assertThat(registry.find("jvm.gc.pause").functionTimers())
        .extracting(timer -> timer.getId().getTag("gc"))
        .containsExactlyInAnyOrderElementsOf(
            ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName)
                .toList());
  }

  private double collections() {
    return registry.find("jvm.gc.pause").functionTimers().stream()
        .mapToDouble(FunctionTimer::count)
        .sum();
  }
}
