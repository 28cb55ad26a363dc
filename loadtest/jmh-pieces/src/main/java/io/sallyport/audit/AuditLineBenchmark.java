package io.sallyport.audit;

import io.sallyport.bench.Asked;
import io.sallyport.bench.BenchBundle;
import io.sallyport.bench.Judged;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// From a record to its line: what the audit writer's thread does for each request.
@NullUnmarked
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AuditLineBenchmark {
  private final AuditRecord record = record();
  private final AuditLine line = new AuditLine();
  private final JsonText json = new JsonText(64 * 1024);
  private long seq;

  @Benchmark
  public int line() {
    json.cutTo(0);
    line.write(json, ++seq, record);
    return json.length();
  }

  private static AuditRecord record() {
    var bench = new BenchBundle();
    var permit = new Judged(bench).permit(Asked.get("/orders/17?page=2", bench.authorization(0)));
    return new AuditRecord(
        1_795_500_000_123L,
        "0123456789abcdef0123456789abcdef",
        bench.bundle().shortId(),
        permit.route(),
        "reader",
        null,
        "",
        permit.caller(),
        InetAddress.ofLiteral("203.0.113.7"),
        "HTTP/2",
        "GET",
        false,
        permit.target().host(),
        permit.target().pathAndQuery(),
        permit.considered().inputs(),
        permit.considered().shadows(),
        permit.considered().outcomes(),
        200,
        0,
        1024,
        "a",
        "10.0.0.17:8080",
        0,
        AuditRecord.Ending.COMPLETE,
        12,
        350,
        420,
        "",
        "0123456789abcdef0123456789abcdef");
  }
}
