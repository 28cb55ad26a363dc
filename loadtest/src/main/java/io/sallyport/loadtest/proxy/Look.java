package io.sallyport.loadtest.proxy;

/// Whether this machine has a proxy.
public sealed interface Look {
  record Found(String version) implements Look {}

  record Missing(String why) implements Look {}
}
