package io.sallyport.loadtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Sampled stacks, outermost frame first, and the tables that say where their weight lies.
///
/// @param samples in the order of the file
record Stacks(List<Sample> samples) {
  private static final Pattern THREAD = Pattern.compile("^\\[(.*?) tid=\\d+]$");
  private static final Pattern NUMBERS = Pattern.compile("[-# ]+\\d+");
  private static final String KERNEL = "_[k]";
  private static final String TLS = "libnetty_tcnative";
  private static final String OURS = "io/sallyport/";

  /// A stack and what it weighs: samples, or bytes.
  ///
  /// @param type what was allocated; empty when CPU time was sampled
  record Sample(String thread, List<String> frames, String type, long weight) {
    String leaf() {
      return frames.isEmpty() ? "(none)" : frames.getLast();
    }
  }

  Stacks {
    samples = List.copyOf(samples);
  }

  static Stacks read(Path collapsed, Profiler.Event event) throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (String line : Files.readAllLines(collapsed)) {
      int space = line.lastIndexOf(' ');
      if (space > 0) {
        Sample sample = sample(line.substring(0, space), Long.parseLong(line.substring(space + 1)));
        samples.add(event == Profiler.Event.ALLOC ? ofAllocation(sample) : sample);
      }
    }
    return new Stacks(samples);
  }

  private static Sample sample(String stack, long weight) {
    List<String> frames = List.of(stack.split(";"));
    var thread = THREAD.matcher(frames.getFirst());
    return thread.matches()
        ? new Sample(
            NUMBERS.matcher(thread.group(1)).replaceAll(""),
            frames.subList(1, frames.size()),
            "",
            weight)
        : new Sample("?", frames, "", weight);
  }

  /// The innermost frame of these is the type that was allocated.
  private static Sample ofAllocation(Sample sample) {
    return sample.frames().isEmpty()
        ? sample
        : new Sample(
            sample.thread(),
            sample.frames().subList(0, sample.frames().size() - 1),
            plain(sample.leaf()),
            sample.weight());
  }

  long weight() {
    return samples.stream().mapToLong(Sample::weight).sum();
  }

  boolean seesTheKernel() {
    return samples.stream().anyMatch(sample -> sample.leaf().endsWith(KERNEL));
  }

  /// The tables as Markdown, each with its N heaviest rows.
  ///
  /// @param unit what the whole weighs for one request, such as `µs`
  String tables(int top, double wholePerRequest, String unit) {
    boolean allocation = samples.stream().anyMatch(sample -> !sample.type().isEmpty());
    return table("By thread", top, wholePerRequest, unit, by(Sample::thread))
        + (allocation ? table("By type", top, wholePerRequest, unit, by(Sample::type)) : "")
        + table("Self, by room or library", top, wholePerRequest, unit, by(s -> group(s.leaf())))
        + table("Self, by frame", top, wholePerRequest, unit, by(s -> plain(s.leaf())))
        + table(
            "By room: the innermost frame of ours, with all that it calls in libraries and kernel",
            top,
            wholePerRequest,
            unit,
            by(s -> innermostOurs(s, Stacks::group)))
        + table(
            "By method of ours, the same",
            top,
            wholePerRequest,
            unit,
            by(s -> innermostOurs(s, Function.identity())))
        + table("With all that it calls, by method of ours", top, wholePerRequest, unit, within());
  }

  private Map<String, Long> by(Function<Sample, String> key) {
    return samples.stream()
        .collect(Collectors.groupingBy(key, Collectors.summingLong(Sample::weight)));
  }

  private Map<String, Long> within() {
    Map<String, Long> sums = new LinkedHashMap<>();
    for (Sample sample : samples) {
      Set<String> once = new HashSet<>();
      for (String frame : sample.frames()) {
        if (frame.startsWith(OURS) && once.add(plain(frame))) {
          sums.merge(plain(frame), sample.weight(), Long::sum);
        }
      }
    }
    return sums;
  }

  private static String innermostOurs(Sample sample, Function<String, String> key) {
    for (String frame : sample.frames().reversed()) {
      if (frame.startsWith(OURS)) {
        return key.apply(plain(frame));
      }
    }
    return "(none of ours)";
  }

  /// Room, library or kind of native code that a frame belongs to.
  static String group(String annotated) {
    if (annotated.endsWith(KERNEL)) {
      return "kernel";
    }
    String frame = plain(annotated);
    if (frame.contains(TLS)) {
      return "BoringSSL";
    }
    int method = frame.lastIndexOf('.');
    String type = method > 0 ? frame.substring(0, method) : frame;
    if (frame.startsWith("/") || frame.startsWith("[") || !frame.contains("/")) {
      return frame.contains("::") ? "JVM" : "native code";
    }
    List<String> names = List.of(type.split("/"));
    if (frame.startsWith(OURS)) {
      return "sallyport " + (names.size() > 3 ? names.get(2) : "root");
    }
    if (frame.startsWith("io/netty/")) {
      return "netty " + String.join(".", names.subList(2, names.size() - 1));
    }
    if (frame.startsWith("java/") || frame.startsWith("jdk/") || frame.startsWith("sun/")) {
      return "jdk " + String.join(".", names.subList(0, Math.min(2, names.size() - 1)));
    }
    return String.join(".", names.subList(0, Math.max(1, Math.min(3, names.size() - 1))));
  }

  /// A frame without the mark of how it was compiled; the kernel's mark stays.
  private static String plain(String frame) {
    return frame.endsWith("]") && !frame.endsWith(KERNEL) && frame.lastIndexOf("_[") > 0
        ? frame.substring(0, frame.lastIndexOf("_["))
        : frame;
  }

  private String table(
      String title, int top, double wholePerRequest, String unit, Map<String, Long> weights) {
    long all = Math.max(1, weight());
    String rows =
        weights.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
            .limit(top)
            .map(
                entry ->
                    String.format(
                        Locale.ROOT,
                        "| %5.1f %% | %8.2f | `%s` |%n",
                        100.0 * entry.getValue() / all,
                        wholePerRequest * entry.getValue() / all,
                        entry.getKey()))
            .collect(Collectors.joining());
    return "## "
        + title
        + "\n\n| share | "
        + unit
        + " a request | where |\n| ---: | ---: | --- |\n"
        + rows
        + "\n";
  }
}
