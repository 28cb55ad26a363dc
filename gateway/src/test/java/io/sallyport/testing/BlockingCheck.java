package io.sallyport.testing;

import io.sallyport.wire.TlsProvider;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingOperationError;

/// Fails a test class in which an event loop waited: for a file, a lock, another thread, a sleep.
/// Registered for every class of the module by `META-INF/services`.
///
/// BlockHound watches every thread that Netty calls a loop's (Netty tells it by an integration of
/// its own). A call is written down and goes on, so that a test sees the product as it is, and no
/// handler that catches everything can hide it.
public final class BlockingCheck implements BeforeAllCallback, AfterAllCallback {
  private static final List<BlockingOperationError> CALLS = new CopyOnWriteArrayList<>();

  static {
    // Netty's native libraries are read from files once: by the listener's start, or in tests by
    // whoever comes first.
    TlsProvider.best();
    BlockHound.builder()
        .loadIntegrations()
        // Reads /dev/urandom, a file that never lets anybody wait.
        .allowBlockingCallsInside("java.security.SecureRandom", "nextBytes")
        // Jackson, in a filter of Spring Cloud Gateway: once for each type, while another loop
        // learns the
        // same.
        .allowBlockingCallsInside(
            "tools.jackson.databind.deser.DeserializerCache", "_createAndCacheValueDeserializer")
        // Makes a loop busy on purpose.
        .allowBlockingCallsInside("io.sallyport.upstream.Http1FailureTest", "pause")
        .blockingMethodCallback(method -> CALLS.add(new BlockingOperationError(method)))
        .install();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    CALLS.clear();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    List<BlockingOperationError> found = found();
    if (!found.isEmpty()) {
      throw new AssertionError(
          found.size() + " calls blocked a loop; the first:", found.getFirst());
    }
  }

  /// What blocked until now.
  static List<BlockingOperationError> found() {
    List<BlockingOperationError> found = List.copyOf(CALLS);
    CALLS.clear();
    return found;
  }
}
