/// Limits that all replicas count together.
///
/// Tour: [RedisLimiter] (what is asked, and what happens while Redis does not answer), [Lease]
/// (what this process holds of one bucket; where the arithmetic of the bound is kept), [Leases]
/// (those of a limit) on their [Terms], [Store] (taking and giving back) with [RedisStore] and its
/// scripts `take.lua` and `back.lua`, [SparedStore] and [CoolDown] (a store that does not answer is
/// spared). The only room where Lettuce is seen. ADR 11.
@NullMarked
package io.sallyport.limits.redis;

import org.jspecify.annotations.NullMarked;
