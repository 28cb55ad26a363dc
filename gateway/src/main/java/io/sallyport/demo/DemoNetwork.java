package io.sallyport.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/// Where the six backends stand: two in each of three zones, each zone a network of its own where
/// the system allows it (127.0.1.x, 127.0.2.x, 127.0.3.x), and by port on 127.0.0.1 where it does
/// not (macOS has one loopback address only).
enum DemoNetwork {
  BY_ADDRESS,
  BY_PORT;

  static final List<String> ZONES = List.of("a", "b", "c");
  static final int BACKENDS = 6;
  private static final int IN_EACH = BACKENDS / ZONES.size();

  /// One backend's place.
  record Place(String zone, String instance, String host, int port) {
    String address() {
      return host + ':' + port;
    }

    InetSocketAddress socketAddress() {
      return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }
  }

  /// What this system allows.
  static DemoNetwork here() {
    try (var probe = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.3.2"))) {
      return probe.isBound() ? BY_ADDRESS : BY_PORT;
    } catch (IOException e) {
      return BY_PORT;
    }
  }

  List<Place> places(int port) {
    var places = new ArrayList<Place>();
    for (int zone = 0; zone < ZONES.size(); zone++) {
      for (int i = 0; i < IN_EACH; i++) {
        var name = ZONES.get(zone);
        places.add(
            switch (this) {
              case BY_ADDRESS ->
                  new Place(name, name + (i + 1), "127.0.%d.%d".formatted(zone + 1, i + 1), port);
              case BY_PORT ->
                  new Place(name, name + (i + 1), "127.0.0.1", port + zone * IN_EACH + i);
            });
      }
    }
    return places;
  }
}
