/// Pieces of a request under the microscope: JMH benchmarks, run by `loadtest/jmh`.
///
/// They show what one step costs by itself, in nanoseconds and bytes; what a request costs in all
/// is `loadtest/compare`'s to say. Those of types that a room keeps to itself stand in the package
/// of that room.
package io.sallyport.bench;
