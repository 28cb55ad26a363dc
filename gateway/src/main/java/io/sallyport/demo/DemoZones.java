package io.sallyport.demo;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/// The backends by zone, and the switch for each zone.
final class DemoZones {
  private final List<DemoBackend> backends;

  DemoZones(List<DemoBackend> backends) {
    this.backends = List.copyOf(backends);
  }

  List<DemoBackend> backends() {
    return backends;
  }

  /// @throws DemoProblem when there is no such zone
  void down(String zone) throws DemoProblem {
    in(zone).forEach(DemoBackend::down);
  }

  /// @throws DemoProblem when there is no such zone, or one of its ports was taken meanwhile
  void up(String zone) throws DemoProblem {
    for (DemoBackend backend : in(zone)) {
      try {
        backend.up();
      } catch (IOException e) {
        throw new DemoProblem(
            backend.instance() + " does not come up at " + where(backend) + ": " + e, e);
      }
    }
  }

  /// One line for each backend of a zone.
  String status(String zone) throws DemoProblem {
    return in(zone).stream()
        .map(
            backend ->
                "zone %s  %s  %-15s  %-4s  %d answered"
                    .formatted(
                        backend.zone(),
                        backend.instance(),
                        where(backend),
                        backend.isUp() ? "up" : "down",
                        backend.answered()))
        .collect(Collectors.joining("\n"));
  }

  private List<DemoBackend> in(String zone) throws DemoProblem {
    var in = backends.stream().filter(backend -> backend.zone().equals(zone)).toList();
    if (in.isEmpty()) {
      throw new DemoProblem(
          "there is no zone '" + zone + "'; there are " + String.join(", ", DemoNetwork.ZONES));
    }
    return in;
  }

  private static String where(DemoBackend backend) {
    var address = backend.address();
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }
}
