package io.sallyport.loadtest.proxy;

/// Which bundle and settings Sallyport runs with; the others have one configuration.
public enum Variant {
  /// A few routes, limits counted in the process.
  PLAIN,
  /// Routes with Spring Cloud Gateway's filters.
  FILTERED,
  /// 10,000 routes, 1,000 policies, memory for 100,000 tokens.
  LARGE,
  /// Limits counted in Redis.
  REDIS
}
