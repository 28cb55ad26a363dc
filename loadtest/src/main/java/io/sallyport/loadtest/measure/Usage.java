package io.sallyport.loadtest.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What a process and its children have used so far: CPU time since they started.
///
/// @param nanos user and system together, precisely
/// @param userTicks of these, as the kernel's timer tick saw them
public record Usage(long nanos, long userTicks, long systemTicks) {

  /// @throws UncheckedIOException when one of them has ended meanwhile
  public static Usage of(ProcessHandle process) {
    long nanos = 0;
    long user = 0;
    long system = 0;
    for (ProcessHandle each : family(process)) {
      ProcStat stat = ProcStat.parse(read(each, "stat"));
      nanos += CpuClock.nanos(each.pid());
      user += stat.userTicks();
      system += stat.systemTicks();
    }
    return new Usage(nanos, user, system);
  }

  /// CPU seconds since an earlier look.
  public double secondsSince(Usage earlier) {
    return (nanos - earlier.nanos) / 1e9;
  }

  /// The share of user time since an earlier look, 0 to 1. Sampled by the kernel's tick: good to a
  /// few per cent after some seconds.
  public double userShareSince(Usage earlier) {
    long user = userTicks - earlier.userTicks;
    long system = systemTicks - earlier.systemTicks;
    return user + system == 0 ? 1 : (double) user / (user + system);
  }

  /// Resident memory of a process and its children, KiB.
  public static long residentKib(ProcessHandle process) {
    return family(process).stream().mapToLong(each -> residentKib(read(each, "status"))).sum();
  }

  static long residentKib(String status) {
    return status
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  private static List<ProcessHandle> family(ProcessHandle process) {
    return Stream.concat(Stream.of(process), process.descendants()).toList();
  }

  private static String read(ProcessHandle process, String file) {
    try {
      return Files.readString(Path.of("/proc", String.valueOf(process.pid()), file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
