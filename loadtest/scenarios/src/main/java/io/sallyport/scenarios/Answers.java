package io.sallyport.scenarios;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// How many answers of each status came, whatever was made of them. Any thread may count.
final class Answers {
  private final ConcurrentHashMap<Integer, LongAdder> byStatus = new ConcurrentHashMap<>();

  void count(int status) {
    byStatus.computeIfAbsent(status, _ -> new LongAdder()).increment();
  }

  Map<Integer, Long> byStatus() {
    var counts = new TreeMap<Integer, Long>();
    byStatus.forEach((status, count) -> counts.put(status, count.sum()));
    return counts;
  }

  /// Such as `200: 1180, 429: 20`.
  String text() {
    var counts = byStatus();
    return counts.isEmpty() ? "none" : counts.toString().replace("=", ": ").replaceAll("[{}]", "");
  }
}
