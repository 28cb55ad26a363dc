package io.sallyport.loadtest.proxy;

import io.sallyport.loadtest.measure.Usage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/// A proxy that was started.
///
/// @param name as its log file is called
/// @param ports where each service is served with TLS on 127.0.0.1
/// @param records files that grow with each request
public record Running(
    ProxyKind kind, String name, Process process, Map<Service, Integer> ports, List<Path> records) {
  private static final long RECORDS_KEPT = 256L << 20;

  public Running {
    ports = Map.copyOf(ports);
    records = List.copyOf(records);
  }

  public int port(Service service) {
    Integer port = ports.get(service);
    if (port == null) {
      throw new IllegalArgumentException(kind.name() + " does not offer " + service);
    }
    return port;
  }

  /// Whether every port takes connections.
  public boolean listens() {
    return ports.values().stream().distinct().allMatch(Running::connects);
  }

  public Usage usage() {
    return Usage.of(process.toHandle());
  }

  public double residentMib() {
    return Usage.residentKib(process.toHandle()) / 1024.0;
  }

  /// Empties what has grown large, so that a run does not fill the disk. A writer that goes on
  /// where it was leaves a hole, which takes no room.
  public void trimRecords() throws IOException {
    for (Path file : records) {
      if (Files.exists(file) && Files.size(file) > RECORDS_KEPT) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.truncate(0);
        }
      }
    }
  }

  private static boolean connects(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }
}
