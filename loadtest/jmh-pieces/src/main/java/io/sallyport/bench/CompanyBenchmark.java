package io.sallyport.bench;

import io.sallyport.bundle.Bundle;
import io.sallyport.bundle.BundleReader;
import io.sallyport.bundle.BundleReading;
import io.sallyport.bundle.BundleTests.Question;
import io.sallyport.bundle.BundleTests.TestCase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/// The bundle of a whole company, `policy/bundles/saas`: what its own tests ask, one after the
/// other. Each is the whole way of a bundle: target, host, route, who may vouch, every rule until
/// one decides.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CompanyBenchmark {
  private static final int ASKED = 80;

  private Bundle bundle;
  private List<Question> questions;

  @Setup
  public void read() {
    switch (BundleReader.read(root().resolve("policy/bundles/saas"))) {
      case BundleReading.Good good -> {
        bundle = good.bundle();
        questions = good.tests().tests().stream().map(TestCase::question).limit(ASKED).toList();
      }
      case BundleReading.Bad(var problems) -> throw new IllegalStateException(problems.render());
    }
    if (questions.size() != ASKED) {
      throw new IllegalStateException("too few tests");
    }
  }

  private static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (at != null && !Files.isDirectory(at.resolve("policy/bundles"))) {
      at = at.getParent();
    }
    if (at == null) {
      throw new IllegalStateException("not in the repository");
    }
    return at;
  }

  @Benchmark
  @OperationsPerInvocation(ASKED)
  public void decide(Blackhole hole) {
    for (Question question : questions) {
      hole.consume(question.refusal(bundle));
    }
  }
}
