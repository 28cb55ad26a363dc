package io.sallyport.loadtest.measure;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The CPU clock of another process, in nanoseconds: all its threads, those that have ended too.
/// The kernel has it precisely (`clock_gettime` with a process's clock); `/proc/PID/stat` shows the
/// same in steps of 10 ms. Linux only.
final class CpuClock {
  /// `CPUCLOCK_SCHED` of the kernel's `posix-timers.h`: user and system time together.
  private static final int SCHEDULED = 2;

  private static final MethodHandle CLOCK_GETTIME = clockGettime();

  private CpuClock() {}

  /// @throws IllegalStateException when there is no such process
  static long nanos(long pid) {
    int clock = (int) (~pid << 3) | SCHEDULED;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(ValueLayout.JAVA_LONG, 2);
      int failed = (int) CLOCK_GETTIME.invokeExact(clock, time);
      if (failed != 0) {
        throw new IllegalStateException("process " + pid + " has ended");
      }
      return time.getAtIndex(ValueLayout.JAVA_LONG, 0) * 1_000_000_000L
          + time.getAtIndex(ValueLayout.JAVA_LONG, 1);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /// A wrong signature would crash this JVM: it is the C library's, unchanged since POSIX.1-2001.
  @SuppressWarnings("restricted")
  private static MethodHandle clockGettime() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("clock_gettime"),
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
  }
}
