package io.sallyport.bench;

import io.sallyport.routing.TargetReader;
import io.sallyport.routing.TargetReading;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Understanding a target: plain ones, and one with escapes that must be rewritten.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TargetBenchmark {
  @Param({"/", "/orders/17/items?page=2&size=50", "/caf%C3%A9/%7Euser?q=a%2Fb"})
  public String target = "/";

  @Benchmark
  public TargetReading read() {
    return TargetReader.read("GET", "api.example.com:443", target);
  }
}
