package io.sallyport.scenarios;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// What happened, with seconds since the load began: printed as it happens, kept for the end.
final class Diary {
  private static final double SECOND = 1000;

  private final PrintStream out;
  private final CopyOnWriteArrayList<String> lines = new CopyOnWriteArrayList<>();
  private volatile long begin = System.nanoTime();

  Diary(PrintStream out) {
    this.out = out;
  }

  void begin() {
    begin = System.nanoTime();
  }

  void note(String what) {
    var after = Duration.ofNanos(System.nanoTime() - begin).toMillis() / SECOND;
    var line = "%6.1f s  %s".formatted(after, what);
    lines.add(line);
    out.println(line);
  }

  List<String> lines() {
    return List.copyOf(lines);
  }
}
