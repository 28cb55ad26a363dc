package io.sallyport.loadtest.measure;

/// The CPU time of one process as `/proc/PID/stat` shows it, proc(5): in ticks of 10 ms.
record ProcStat(long userTicks, long systemTicks) {
  /// Counted after the second field, which is a name in parentheses and may hold anything.
  private static final int UTIME = 11;

  static ProcStat parse(String stat) {
    int name = stat.lastIndexOf(')');
    String[] fields = name < 0 ? new String[0] : stat.substring(name + 1).strip().split(" ");
    if (fields.length <= UTIME + 1) {
      throw new IllegalArgumentException("not a line of /proc/PID/stat: " + stat);
    }
    return new ProcStat(Long.parseLong(fields[UTIME]), Long.parseLong(fields[UTIME + 1]));
  }
}
