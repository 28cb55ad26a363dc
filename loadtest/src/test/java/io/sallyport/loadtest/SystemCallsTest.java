package io.sallyport.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What a profile reads out of `strace -c`.
final class SystemCallsTest {
  @Test
  void callsAreTakenPerRequestAndRareOnesLeftOut() {
    String table =
        SystemCalls.table(
            """
            % time     seconds  usecs/call     calls    errors syscall
            ------ ----------- ----------- --------- --------- ----------------
             60.00    0.600000           6     10000           writev
             39.99    0.399900           4     20000      5000 read
              0.01    0.000100          10         9           futex
            ------ ----------- ----------- --------- --------- ----------------
            100.00    1.000000           3     30009      5000 total
            """,
            10_000);

    assertThat(table)
        .contains("| 1.000 | 0.000 | writev |")
        .contains("| 2.000 | 0.500 | read |")
        .doesNotContain("futex");
  }
}
