/// What a request may cost, held by CI: bytes allocated for one request of a fixed replay, compared
/// with a committed baseline. No clock is read, so that no busy machine can fail it.
///
/// Tour: [AllocationGuardTest], [Baseline] (what is too much), [AllocationReplay] (the replay, in a
/// JVM of its own), [ReplayedGateway] (the gateway without a network), [ReplayedClient] (its
/// client).
@NullMarked
package io.sallyport.guard;

import org.jspecify.annotations.NullMarked;
