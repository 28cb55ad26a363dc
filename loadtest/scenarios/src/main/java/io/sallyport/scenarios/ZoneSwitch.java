package io.sallyport.scenarios;

import io.sallyport.scenarios.OperatorCommand.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// Takes a zone away and brings it back, by the operator's two commands. A zone that was taken
/// away, or may have been, is brought back whatever happens to the run.
final class ZoneSwitch implements Companion {
  private final Scenario.ZoneLoss plan;
  private final Path log;
  private final Diary diary;
  private final CopyOnWriteArrayList<String> problems = new CopyOnWriteArrayList<>();
  private @Nullable Thread thread;
  private volatile boolean mayBeDown;
  private volatile boolean wasUpAgain;

  ZoneSwitch(Scenario.ZoneLoss plan, Path log, Diary diary) {
    this.plan = plan;
    this.log = log;
    this.diary = diary;
  }

  @Override
  public synchronized void begin() {
    diary.begin();
    thread = Thread.ofVirtual().name("zone-switch").start(this::run);
  }

  private void run() {
    try {
      Thread.sleep(plan.downAt());
      mayBeDown = true;
      execute("down", plan.down());
      Thread.sleep(plan.upAt().minus(plan.downAt()));
      bringBack();
      wasUpAgain = true;
    } catch (InterruptedException e) {
      // The run is over before the plan is; close() brings the zone back.
      Thread.currentThread().interrupt();
    }
  }

  private void bringBack() {
    if (execute("up", plan.up())) {
      mayBeDown = false;
    }
  }

  private boolean execute(String name, OperatorCommand command) {
    diary.note(name + ": " + command.line());
    return switch (command.run(log)) {
      case Outcome.Done(Duration took) -> {
        diary.note(name + ": done in " + Spans.text(took));
        yield true;
      }
      case Outcome.Failed(String why) -> {
        diary.note(name + ": " + why);
        problems.add("the " + name + " command: " + why);
        yield false;
      }
    };
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
    if (!wasUpAgain) {
      problems.add("the load was over before the zone was back");
    }
    if (mayBeDown) {
      bringBack();
    }
    if (mayBeDown) {
      problems.add("THE ZONE MAY STILL BE DOWN. Bring it back: " + plan.up().line());
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
