package io.sallyport.scenarios;

import io.sallyport.scenarios.OperatorCommand.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Runs the operator's reload command at a steady beat. One that takes longer than a beat makes the
/// next one late; they never overlap.
final class Reloads implements Companion {
  private final Scenario.Reload plan;
  private final Path log;
  private final Diary diary;
  private final CopyOnWriteArrayList<String> problems = new CopyOnWriteArrayList<>();
  private @Nullable Thread thread;
  private final AtomicInteger done = new AtomicInteger();

  Reloads(Scenario.Reload plan, Path log, Diary diary) {
    this.plan = plan;
    this.log = log;
    this.diary = diary;
  }

  @Override
  public synchronized void begin() {
    diary.begin();
    diary.note("every " + Spans.text(plan.every()) + ": " + plan.command().line());
    thread = Thread.ofVirtual().name("reloads").start(this::run);
  }

  /// Ends at the first failure: what is broken once is not run a hundred times.
  private void run() {
    var next = Instant.now();
    try {
      while (problems.isEmpty()) {
        next = next.plus(plan.every());
        Thread.sleep(Duration.between(Instant.now(), next));
        switch (plan.command().run(log)) {
          case Outcome.Done _ -> done.incrementAndGet();
          case Outcome.Failed(String why) when Thread.currentThread().isInterrupted() ->
              diary.note("the last reload " + why);
          case Outcome.Failed(String why) -> {
            problems.add("the reload command: " + why);
            diary.note("reload: " + why);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the load is over
    }
  }

  @Override
  public synchronized void close() {
    var running = thread;
    if (running == null) {
      return;
    }
    thread = null;
    running.interrupt();
    try {
      running.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    diary.note("the reload command ran " + done + " times");
    if (done.get() == 0 && problems.isEmpty()) {
      problems.add("the reload command never came to its end while the load went on");
    }
  }

  @Override
  public List<String> summary() {
    return diary.lines();
  }

  @Override
  public List<String> problems() {
    return List.copyOf(problems);
  }
}
