package io.sallyport.boot;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Whether the ports that settings name can be had, found out before anything is started.
final class Ports {
  private Ports() {}

  /// A port that settings name; 0 takes any free one.
  record Wanted(String property, @Nullable InetAddress address, int port) {}

  /// What is wrong with these ports: each one line.
  static List<String> problems(List<Wanted> wanted) {
    var problems = new ArrayList<String>();
    Map<Integer, String> owners = new HashMap<>();
    for (Wanted one : wanted) {
      if (one.port() == 0) {
        continue;
      }
      var owner = owners.putIfAbsent(one.port(), one.property());
      if (owner != null) {
        problems.add(one.property() + ": " + one.port() + " is " + owner + " already");
      } else {
        tryToBind(one, problems);
      }
    }
    return problems;
  }

  private static void tryToBind(Wanted wanted, List<String> problems) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(wanted.address(), wanted.port()));
    } catch (IOException e) {
      problems.add(
          wanted.property() + ": port " + wanted.port() + " cannot be had: " + e.getMessage());
    }
  }
}
