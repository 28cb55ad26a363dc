/// How much a caller may still take.
///
/// Tour: [Limiter] (what is asked), [Allowance] (what it answers), [Gcra] (the arithmetic, in whole
/// ticks), [LocalLimiter] with its [Buckets] (counted in this process). `redis` counts for all
/// replicas. A limiter does not know requests: keys are evaluated before it is asked.
@NullMarked
package io.sallyport.limits;

import org.jspecify.annotations.NullMarked;
