package io.sallyport.bench;

import io.sallyport.identity.Caller;
import io.sallyport.policy.AccessRequest;
import io.sallyport.policy.Decision;
import io.sallyport.policy.HeaderFields;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Tls;
import io.sallyport.routing.Query;
import io.sallyport.routing.RequestTarget;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// A policy's decision, by the shape of its rules. Every one of them allows.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DecisionBenchmark {
  @Param({"scope-and-claim", "scope", "method", "owner", "denied-network"})
  public String policy = "";

  private final BenchBundle bench = new BenchBundle();
  private final AccessRequest request = new Question();
  private Policy judge = Objects.requireNonNull(bench.bundle().policies().get("scope"));

  @Setup
  public void choose() {
    judge = Objects.requireNonNull(bench.bundle().policies().get(policy));
    if (!(judge.decide(request) instanceof Decision.Allowed)) {
      throw new IllegalStateException(policy + ": " + judge.decide(request));
    }
  }

  @Benchmark
  public Decision decide() {
    return judge.decide(request);
  }

  private record Question(
      Caller caller, RequestTarget target, InetAddress source, Map<String, String> variables)
      implements AccessRequest {
    Question() {
      this(
          new Caller.Identified(
              "bench",
              "jwt",
              "alice",
              "loadtest",
              "https://id.example.com",
              null,
              null,
              List.of(),
              List.of("bench:read"),
              List.of(),
              List.of(),
              false,
              Map.of("tenant", "t1", "sub", "alice", "client_id", "loadtest")),
          new RequestTarget("GET", "localhost", "/orders/17", Query.NONE),
          InetAddress.ofLiteral("203.0.113.7"),
          Map.of("owner", "alice"));
    }

    @Override
    public int port() {
      return 0;
    }

    @Override
    public long bodySize() {
      return 0;
    }

    @Override
    public Tls tls() {
      return Tls.UNKNOWN;
    }

    @Override
    public HeaderFields headers() {
      return HeaderFields.NONE;
    }

    @Override
    public Instant time() {
      return Instant.EPOCH;
    }

    @Override
    public String route() {
      return "bench";
    }
  }
}
