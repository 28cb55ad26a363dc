package io.sallyport.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a test class in which a buffer was lost. Registered for every class of the module by
/// `META-INF/services`; the detector's level (paranoid) is an argument of the tests' JVM.
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {
  private static final List<String> LEAKS = new CopyOnWriteArrayList<>();

  static {
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new Recording());
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    LEAKS.clear();
  }

  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    List<String> found = found();
    if (!found.isEmpty()) {
      throw new AssertionError(
          found.size() + " buffers were lost; the first:\n" + found.getFirst());
    }
  }

  /// What was lost until now.
  static List<String> found() throws InterruptedException {
    for (int i = 0; i < 2; i++) {
      System.gc();
      Thread.sleep(10);
      // The detector reports what the collector found when the next buffer is made.
      ByteBuf next = PooledByteBufAllocator.DEFAULT.directBuffer(16);
      next.release();
    }
    List<String> found = List.copyOf(LEAKS);
    LEAKS.clear();
    return found;
  }

  private static final class Recording extends ResourceLeakDetectorFactory {
    // Deprecated in favour of one that is not abstract and ends here.
    @Override
    @Deprecated
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval, long maxActive) {
      return new ResourceLeakDetector<T>(resource, samplingInterval) {
        @Override
        protected void reportTracedLeak(String type, String records) {
          LEAKS.add(type + records);
        }

        @Override
        protected void reportUntracedLeak(String type) {
          LEAKS.add(type);
        }
      };
    }
  }
}
