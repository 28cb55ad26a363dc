package io.sallyport.loadtest.process;

import java.util.ArrayList;
import java.util.List;

/// Which two cores a run has: one for the proxy, the other for the backend and the generator.
public record Cores(int proxy, int other) {
  public Cores {
    if (proxy < 0 || other < 0 || proxy == other) {
      throw new IllegalArgumentException("cores: two different ones, were " + proxy + "," + other);
    }
  }

  /// @param text such as `0,1`
  public static Cores parse(String text) {
    String[] parts = text.split(",", -1);
    if (parts.length != 2) {
      throw new IllegalArgumentException("cores: two of them, such as 0,1, was " + text);
    }
    return new Cores(Integer.parseInt(parts[0].strip()), Integer.parseInt(parts[1].strip()));
  }

  /// As `taskset -c` reads it.
  public String onProxy() {
    return String.valueOf(proxy);
  }

  public String onOther() {
    return String.valueOf(other);
  }

  public String onBoth() {
    return proxy + "," + other;
  }

  /// The command, kept to these cores. `taskset` becomes the command, so the process is the same.
  public static List<String> pinned(String cores, List<String> command) {
    List<String> pinned = new ArrayList<>(List.of("taskset", "-c", cores));
    pinned.addAll(command);
    return pinned;
  }
}
