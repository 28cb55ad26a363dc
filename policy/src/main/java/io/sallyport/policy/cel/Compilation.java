package io.sallyport.policy.cel;

import java.util.List;

/// What came of compiling an expression: something that runs, or everything that is wrong with it.
public sealed interface Compilation<T> {

  record Compiled<T>(T value) implements Compilation<T> {}

  record Faulty<T>(List<Fault> faults) implements Compilation<T> {
    public Faulty {
      faults = List.copyOf(faults);
      if (faults.isEmpty()) {
        throw new IllegalArgumentException("faults: at least one");
      }
    }
  }
}
