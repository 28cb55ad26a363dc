package io.sallyport.limits.redis;

/// So many requests of one bucket, to be taken or given back.
///
/// @param bucket its name in the store
/// @param requests at least one; of a taking, the store may give fewer
record Charge(String bucket, Terms terms, int requests) {
  Charge {
    if (requests <= 0) {
      throw new IllegalArgumentException("requests: must be positive");
    }
  }
}
