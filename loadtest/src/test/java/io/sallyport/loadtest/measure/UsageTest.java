package io.sallyport.loadtest.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class UsageTest {
  @Test
  void aNameWithSpacesAndParenthesesDoesNotShiftTheFields() {
    String stat =
        "4674 (a (b) c) R 31408 31408 3685 0 -1 4194304 100 0 0 0 17 5 0 0 20 0 1 0 310688";

    assertThat(ProcStat.parse(stat)).isEqualTo(new ProcStat(17, 5));
  }

  @Test
  void whatIsNotAStatLineIsRefused() {
    assertThatThrownBy(() -> ProcStat.parse("4674 (cat) R"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void residentMemoryIsReadFromTheStatus() {
    assertThat(Usage.residentKib("Name:\tnginx\nVmRSS:\t   23140 kB\nVmData:\t 12 kB\n"))
        .isEqualTo(23140);
  }

  @Test
  void theSplitIsThatOfTheTicksInBetween() {
    Usage before = new Usage(1_000_000_000, 100, 50);
    Usage after = new Usage(3_000_000_000L, 250, 100);

    assertThat(after.secondsSince(before)).isEqualTo(2);
    assertThat(after.userShareSince(before)).isEqualTo(0.75);
  }

  @Test
  void theCpuClockOfAnotherProcessRuns() {
    long used = CpuClock.nanos(ProcessHandle.current().pid());

    assertThat(used).isPositive();
    assertThat(CpuClock.nanos(ProcessHandle.current().pid())).isGreaterThanOrEqualTo(used);
  }
}
