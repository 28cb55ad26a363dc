/// Processes that a run starts, and that end with it.
///
/// Tour: [Started] (all of them), [Ended] (what a bounded one said), [Cores] (where they run).
@NullMarked
package io.sallyport.loadtest.process;

import org.jspecify.annotations.NullMarked;
