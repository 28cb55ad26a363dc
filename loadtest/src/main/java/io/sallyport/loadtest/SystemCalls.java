package io.sallyport.loadtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// System calls of a process over a counted load, by strace. It slows the process down several
/// times, so that more events come in one turn of a loop: the counts are a lower bound.
final class SystemCalls {
  /// A row of `strace -c`: % time, seconds, usecs/call, calls, errors (may be missing), name.
  private static final Pattern ROW =
      Pattern.compile(
          "(?m)^\\s*[\\d.]+\\s+[\\d.]+\\s+\\d+\\s+(\\d+)\\s+(?:(\\d+)\\s+)?([a-z]\\w*)$");

  private SystemCalls() {}

  static String during(long pid, int requests, Callable<?> load, Path out) throws Exception {
    Path counts = out.resolve("strace.txt");
    Process strace;
    try {
      strace =
          new ProcessBuilder(
                  List.of(
                      "strace",
                      "-c",
                      "-f",
                      "-o",
                      counts.toString(),
                      "-p",
                      String.format(Locale.ROOT, "%d", pid)))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException missing) {
      return "Not counted: strace is missing (Debian package strace).\n";
    }
    try {
      // It says nothing that could be waited for when it has attached to every thread.
      Thread.sleep(1_000);
      if (!strace.isAlive()) {
        return "Not counted: strace may not attach here.\n";
      }
      load.call();
    } finally {
      // It writes its table when it is interrupted.
      new ProcessBuilder("kill", "-INT", String.format(Locale.ROOT, "%d", strace.pid()))
          .start()
          .waitFor();
      if (!strace.waitFor(10, TimeUnit.SECONDS)) {
        strace.destroyForcibly();
      }
    }
    return table(Files.readString(counts), requests);
  }

  static String table(String counts, int requests) {
    StringBuilder rows =
        new StringBuilder("| a request | of them failed | call |\n| ---: | ---: | --- |\n");
    Matcher row = ROW.matcher(counts);
    while (row.find()) {
      long calls = Long.parseLong(row.group(1));
      long failed = row.group(2) == null ? 0 : Long.parseLong(row.group(2));
      if (calls * 100 >= requests) {
        rows.append(
            String.format(
                Locale.ROOT,
                "| %.3f | %.3f | %s |%n",
                (double) calls / requests,
                (double) failed / requests,
                row.group(3)));
      }
    }
    return rows.append('\n').toString();
  }
}
