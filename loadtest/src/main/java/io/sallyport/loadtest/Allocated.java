package io.sallyport.loadtest;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.VirtualMachine;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/// Bytes that each thread of a JVM has allocated since it began, as the JVM itself counts them.
///
/// @param bytes by thread name; threads of one name together
record Allocated(Map<String, Long> bytes) {
  Allocated {
    bytes = Map.copyOf(bytes);
  }

  // The peer is a process that this one has started.
  @SuppressWarnings("BanJNDI")
  static Allocated read(long pid) throws Exception {
    VirtualMachine machine = VirtualMachine.attach(String.format(Locale.ROOT, "%d", pid));
    try (var connector =
        JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()))) {
      MBeanServerConnection connection = connector.getMBeanServerConnection();
      ThreadMXBean threads =
          ManagementFactory.newPlatformMXBeanProxy(
              connection, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
      long[] ids = threads.getAllThreadIds();
      long[] counts = threads.getThreadAllocatedBytes(ids);
      var infos = threads.getThreadInfo(ids);
      Map<String, Long> bytes = new TreeMap<>();
      for (int i = 0; i < ids.length; i++) {
        if (infos[i] != null && counts[i] >= 0) {
          bytes.merge(infos[i].getThreadName(), counts[i], Long::sum);
        }
      }
      return new Allocated(bytes);
    } finally {
      machine.detach();
    }
  }

  /// What was allocated since an earlier reading, but for the threads that did the reading.
  Allocated since(Allocated earlier) {
    Map<String, Long> grown = new TreeMap<>();
    bytes.forEach(
        (thread, now) -> {
          long before = earlier.bytes().getOrDefault(thread, 0L);
          if (now > before && !thread.startsWith("RMI ") && !thread.startsWith("JMX ")) {
            grown.put(thread, now - before);
          }
        });
    return new Allocated(grown);
  }

  long all() {
    return bytes.values().stream().mapToLong(Long::longValue).sum();
  }
}
