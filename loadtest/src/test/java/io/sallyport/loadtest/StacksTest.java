package io.sallyport.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a profile's tables make of async-profiler's collapsed stacks.
final class StacksTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "io/sallyport/edge/Crossing$Try.head_[j], sallyport edge",
    "io/sallyport/Sallyport.main_[i], sallyport root",
    "io/netty/handler/codec/http2/HpackDecoder.decode_[j], netty handler.codec.http2",
    "java/lang/String.equals_[i], jdk java.lang",
    "tcp_sendmsg_[k], kernel",
    "/tmp/libnetty_tcnative_linux_x86_64123.so (deleted), BoringSSL",
    "java_lang_Throwable::fill_in_stack_trace, JVM",
    "jbyte_disjoint_arraycopy, native code",
    "[vdso], native code",
    "dev/cel/runtime/planner/Planner.eval_[j], dev.cel.runtime"
  })
  void aFrameBelongsToARoomALibraryOrTheKernel(String frame, String group) {
    assertThat(Stacks.group(frame)).isEqualTo(group);
  }

  @Test
  void whatARoomCallsIsTheRoomsAndFramesOfOneMethodAreAddedUp() throws Exception {
    Path collapsed =
        Files.writeString(
            folder.resolve("cpu.collapsed"),
            """
            [loop-1-1 tid=7];io/sallyport/edge/Edge.accept_[j];java/lang/String.equals_[i] 30
            [loop-1-2 tid=8];io/sallyport/edge/Edge.accept_[i];java/lang/String.equals_[j] 20
            [audit-writer tid=9];io/sallyport/audit/AuditLine.of_[j];write_[k] 50
            """);

    String tables = Stacks.read(collapsed, Profiler.Event.CPU).tables(10, 40, "µs");

    assertThat(tables)
        .contains("|  50.0 % |    20.00 | `loop` |")
        .contains("|  50.0 % |    20.00 | `java/lang/String.equals` |")
        .contains("|  50.0 % |    20.00 | `kernel` |")
        .contains("|  50.0 % |    20.00 | `sallyport edge` |")
        .contains("|  50.0 % |    20.00 | `io/sallyport/audit/AuditLine.of` |");
  }

  @Test
  void whatWasAllocatedIsNotTakenForWhoAllocated() throws Exception {
    Path collapsed =
        Files.writeString(
            folder.resolve("alloc.collapsed"),
            "[loop-1-1 tid=7];io/sallyport/edge/Edge.accept_[j];byte[]_[i] 100\n");

    String tables = Stacks.read(collapsed, Profiler.Event.ALLOC).tables(10, 512, "bytes");

    assertThat(tables)
        .contains("| 100.0 % |   512.00 | `byte[]` |")
        .contains("| 100.0 % |   512.00 | `sallyport edge` |")
        .contains("| 100.0 % |   512.00 | `io/sallyport/edge/Edge.accept` |");
  }
}
