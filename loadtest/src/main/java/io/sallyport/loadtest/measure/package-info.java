/// What is measured, and how it is read from the kernel and from load generators.
///
/// Tour: [Metric] (what there is), [Usage] (CPU time and memory of a process and its children),
/// [H2Load] and [H2LoadOutput] (closed loops by h2load), [Summary] (a median with its range).
@NullMarked
package io.sallyport.loadtest.measure;

import org.jspecify.annotations.NullMarked;
