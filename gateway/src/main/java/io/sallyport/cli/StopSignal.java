package io.sallyport.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// The wish of somebody outside that this process ends: SIGTERM or SIGINT (Ctrl-C). The first is
/// waited for, and what runs is stopped in order; the second ends the process at once.
///
/// A JVM that is left alone would run its shutdown hooks and exit with 143; a gateway that drained
/// well exits with 0.
public final class StopSignal {
  private static final int IMPATIENT = 1;

  private final CountDownLatch first = new CountDownLatch(1);

  private StopSignal() {}

  /// Takes both signals over. To be done before the gateway starts.
  public static StopSignal install() {
    var stop = new StopSignal();
    stop.handle("TERM");
    stop.handle("INT");
    return stop;
  }

  /// Waits for the first.
  public void await() throws InterruptedException {
    first.await();
  }

  /// `sun.misc.Signal` is the only way to hear a signal without the JVM ending. It is asked for by
  /// name, because the compiler's warning about it cannot be switched off for one class.
  private void handle(String name) {
    try {
      var signal = Class.forName("sun.misc.Signal");
      var handler = Class.forName("sun.misc.SignalHandler");
      var proxy =
          Proxy.newProxyInstance(
              StopSignal.class.getClassLoader(), new Class<?>[] {handler}, this::heard);
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JVM does not let SIG" + name + " be handled", e);
    }
  }

  private @Nullable Object heard(Object proxy, Method method, Object @Nullable [] arguments)
      throws ReflectiveOperationException {
    if (!method.getName().equals("handle")) {
      return method.invoke(this, arguments);
    }
    if (first.getCount() == 0) {
      Runtime.getRuntime().halt(IMPATIENT);
    }
    first.countDown();
    return null;
  }
}
