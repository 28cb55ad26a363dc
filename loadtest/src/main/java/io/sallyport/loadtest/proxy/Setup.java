package io.sallyport.loadtest.proxy;

/// How a proxy is to be started.
///
/// @param cores where it may run, as `taskset -c` reads it
/// @param workers threads or processes that carry requests, where that can be said
public record Setup(Variant variant, String cores, int workers) {}
