package io.sallyport.telemetry;

import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/// `jvm_gc_pause_seconds{gc}`: how often each collector of the JVM ran and how long it took, read
/// when somebody asks.
///
/// Micrometer's own binder listens to each collection instead, and the JVM then describes every
/// pool of memory before and after it: 1 % of a request's CPU time under load.
public final class GarbageCollectionMeters {
  public GarbageCollectionMeters(MeterRegistry registry) {
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      FunctionTimer.builder(
              "jvm.gc.pause",
              collector,
              GarbageCollectorMXBean::getCollectionCount,
              GarbageCollectorMXBean::getCollectionTime,
              TimeUnit.MILLISECONDS)
          .description("Collections and the time they took")
          .tag("gc", collector.getName())
          .register(registry);
    }
  }
}
