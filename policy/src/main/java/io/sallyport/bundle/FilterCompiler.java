package io.sallyport.bundle;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes the filters that a route lists into something that carries its requests. The reader of
/// bundles knows how filters are written; what a filter is, knows whoever runs it.
public interface FilterCompiler {
  /// Compiles none: every filter is a problem.
  FilterCompiler NONE =
      (_, filters) ->
          new Faulty(List.of(new Fault(0, "", "no filters here: " + filters.getFirst().name())));

  /// Called once for each route that lists filters, off every event loop; may take seconds the
  /// first time. Never throws for what a bundle says.
  ///
  /// @param filters at least one, in their order
  Compilation compile(String route, List<Filter> filters);

  /// A filter as it was written.
  ///
  /// @param args by name, in the order written; what is nested has dotted names and `[0]` for
  ///   places in lists; the values of the short form are named `_genkey_0`, `_genkey_1`, as Spring
  ///   Cloud Gateway names them
  record Filter(String name, Map<String, String> args) {
    public Filter {
      args = Collections.unmodifiableMap(new LinkedHashMap<>(args));
    }
  }

  /// What came of it.
  sealed interface Compilation {}

  /// @param advice what a person may want to know of a filter all the same
  record Compiled(FilterChain chain, List<Fault> advice) implements Compilation {
    public Compiled {
      advice = List.copyOf(advice);
    }
  }

  record Faulty(List<Fault> faults) implements Compilation {
    public Faulty {
      faults = List.copyOf(faults);
    }
  }

  /// Why a filter cannot be, or should not.
  ///
  /// @param filter its place in the list, from 0
  /// @param argument the argument that is to blame; empty when it is the filter itself
  record Fault(int filter, String argument, String why) {}

  /// Compiled filters; only their compiler knows what they are.
  interface FilterChain {

    /// The filters as they were written, in their order.
    List<Filter> written();
  }
}
