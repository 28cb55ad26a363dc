package io.sallyport.loadtest.proxy;

import io.sallyport.loadtest.process.Started;
import java.io.IOException;
import java.util.Set;

/// A proxy: how it is found, configured and started.
public sealed interface ProxyKind permits Nginx, HaProxy, Envoy, StockScg, Sallyport {
  /// As the report has it.
  String name();

  /// Looks for it; may fetch it.
  Look look(Started started) throws InterruptedException;

  /// What it will offer in a setup. The reason why something is not among them is [#gap].
  Set<Service> services(Setup setup);

  /// Why a service that it could offer is not offered, or empty.
  String gap(Service service);

  /// Writes its configuration and starts it; it may not be ready yet.
  Running start(Site site, Setup setup, Started started) throws IOException;

  /// How fast it is beside nginx, about: what a round's requests are multiplied by, so that rounds
  /// take about as long.
  double pace();

  /// Whether it gets faster while it runs.
  boolean compilesAsItRuns();
}
