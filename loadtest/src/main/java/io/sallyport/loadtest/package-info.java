/// Measurements: Sallyport beside other proxies, on one machine, in one run.
///
/// Tour: [Compare] (the command), [Comparison] (a run), [StageRun] (proxies that are alive
/// together), [Rounds] (one measurement), [FirstAnswers] (starts). What is sent is in `work`, to
/// whom in `proxy`, how it is read in `measure`, how it is shown in `report`, and the load
/// generators are in `generator`.
@NullMarked
package io.sallyport.loadtest;

import org.jspecify.annotations.NullMarked;
