package io.sallyport.loadtest;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.VirtualMachine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// async-profiler in a running JVM, attached from outside; it runs from [#start] to [#stop].
///
/// @param library libasyncProfiler.so of this platform
/// @param pid of a JVM of the same user
record Profiler(Path library, long pid) {
  /// What is sampled.
  enum Event {
    /// CPU time, with the kernel's frames where the kernel lets us see them.
    CPU,
    /// Bytes allocated.
    ALLOC;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Path libraryBelow(Path folder) {
    String platform = System.getProperty("os.arch").equals("aarch64") ? "linux-arm64" : "linux-x64";
    Path library = folder.resolve(platform).resolve("libasyncProfiler.so");
    if (!Files.exists(library)) {
      throw new IllegalStateException("async-profiler is missing at " + library + ": build first");
    }
    return library;
  }

  /// Starts sampling: CPU time by perf events, or by timers where those are not allowed; then the
  /// kernel's part shows as the call that entered it.
  void start(Event event) throws Exception {
    switch (event) {
      case CPU -> {
        try {
          tell("start,event=cpu,interval=500us,cstack=vm,threads");
        } catch (AgentInitializationException refused) {
          tell("start,event=ctimer,interval=500us,cstack=vm,threads");
        }
      }
      case ALLOC -> tell("start,event=alloc,alloc=64k,threads");
    }
  }

  /// Stops, and leaves a flame graph and the collapsed stacks behind.
  ///
  /// @return the collapsed stacks
  Path stop(Event event, Path out, String title) throws Exception {
    tell("stop");
    Path graph = out.resolve(event.label() + ".html");
    Path collapsed = out.resolve(event.label() + ".collapsed");
    String total = event == Event.ALLOC ? ",total" : "";
    tell("dump,flamegraph,ann,title=" + title + total + ",file=" + graph);
    tell("dump,collapsed,ann" + total + ",file=" + collapsed);
    return collapsed;
  }

  private void tell(String command) throws Exception {
    VirtualMachine machine = VirtualMachine.attach(String.format(Locale.ROOT, "%d", pid));
    try {
      machine.loadAgentPath(library.toAbsolutePath().toString(), command);
    } finally {
      machine.detach();
    }
  }
}
