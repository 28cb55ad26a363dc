package io.sallyport.bench;

import io.sallyport.admission.Permit;
import io.sallyport.admission.Verdict;
import io.sallyport.async.Answer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// The whole of admission: target, host, route, known token, policy, limit.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AdmissionBenchmark {
  private final BenchBundle bench = new BenchBundle();
  private final Judged judged = new Judged(bench);
  private final Asked known = Asked.get("/orders/17?page=2", bench.authorization(0));
  private final Asked nobody =
      new Asked("/orders/17?page=2", java.util.List.of(), known.time(), known.connection());

  @Benchmark
  public Permit admitted() {
    return judged.permit(known);
  }

  @Benchmark
  public Answer<Verdict> refusedWithoutToken() {
    return judged.admission.admit(nobody, judged.rules);
  }
}
