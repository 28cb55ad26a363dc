/// Limits that all replicas share, in Redis.
@NullMarked
package io.sallyport.limits.redis;

import org.jspecify.annotations.NullMarked;
