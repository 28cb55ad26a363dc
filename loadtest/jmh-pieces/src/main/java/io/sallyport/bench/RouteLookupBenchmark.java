package io.sallyport.bench;

import io.sallyport.routing.Query;
import io.sallyport.routing.RequestTarget;
import io.sallyport.routing.RouteMatch;
import io.sallyport.routing.RouteTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Which route a target belongs to, by how many there are. Targets change from call to call, so
/// that the table, not the cache line, is measured.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RouteLookupBenchmark {
  private static final int TARGETS = 1024;

  @Param({"1", "100", "10000"})
  public int routes = 1;

  private RouteTable<Integer> table = table(1);
  private final RequestTarget[] targets = new RequestTarget[TARGETS];
  private int next;

  @Setup
  public void build() {
    table = table(routes);
    for (int i = 0; i < TARGETS; i++) {
      // A prime step visits all of the table.
      String path = "/service" + (i * 7919L % routes) + "/orders/" + i;
      targets[i] = new RequestTarget("GET", "api.example.com", path, Query.NONE);
    }
  }

  @Benchmark
  public RouteMatch<Integer> lookup() {
    next = (next + 1) & (TARGETS - 1);
    return table.lookup(targets[next], false);
  }

  private static RouteTable<Integer> table(int routes) {
    List<RouteTable.Entry<Integer>> entries = new ArrayList<>();
    for (int i = 0; i < routes; i++) {
      entries.add(
          new RouteTable.Entry<>(
              "route" + i, "api.example.com", "/service" + i + "/orders/{id}", Set.of("GET"), i));
    }
    return switch (RouteTable.build(entries)) {
      case RouteTable.Built<Integer>(var built) -> built;
      case RouteTable.Conflicting<Integer>(var conflicts) ->
          throw new IllegalStateException(conflicts.toString());
    };
  }
}
