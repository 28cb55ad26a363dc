/// Limits that all replicas count together.
///
/// Tour: [RedisLimiter] (one script, one round trip; and what happens while Redis does not answer),
/// [CoolDown] (nobody waits for a store that is down), `take.lua`. The only room where Lettuce is
/// seen.
@NullMarked
package io.sallyport.limits.redis;

import org.jspecify.annotations.NullMarked;
