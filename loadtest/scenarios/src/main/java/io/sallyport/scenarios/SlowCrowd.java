package io.sallyport.scenarios;

import io.sallyport.scenarios.SlowClient.End;
import io.sallyport.scenarios.SlowClient.Manner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLContext;

/// Many slow clients at once, a third of each manner. One that was shown out comes again after a
/// second, so that their number stays.
final class SlowCrowd implements Companion {
  private static final Duration BEFORE_COMING_AGAIN = Duration.ofSeconds(1);
  private static final int ARRIVALS_PER_SECOND = 200;

  private final Plan plan;
  private final Scenario.SlowClients slow;
  private final Diary diary;
  private final SSLContext tls;
  private final Answers answers = new Answers();
  private final LongAdder opened = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder closed = new LongAdder();
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicInteger mostHeld = new AtomicInteger();
  private final List<Thread> clients = new ArrayList<>();

  SlowCrowd(Plan plan, Scenario.SlowClients slow, Diary diary) {
    this.plan = plan;
    this.slow = slow;
    this.diary = diary;
    this.tls = plan.trust().context();
  }

  @Override
  public synchronized void begin() {
    diary.begin();
    diary.note(slow.connections() + " slow connections come");
    var manners = Manner.values();
    for (int i = 0; i < slow.connections(); i++) {
      var client =
          new SlowClient(
              plan.target(),
              plan.readers().get(i % plan.readers().size()),
              manners[i % manners.length],
              slow.pause(),
              tls);
      var after = Duration.ofMillis(TimeUnit.SECONDS.toMillis(i) / ARRIVALS_PER_SECOND);
      clients.add(Thread.ofVirtual().name("slow-client").start(() -> comeAndCome(client, after)));
    }
  }

  private void comeAndCome(SlowClient client, Duration after) {
    try {
      Thread.sleep(after);
      while (true) {
        come(client);
        Thread.sleep(BEFORE_COMING_AGAIN);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the load is over
    }
  }

  private void come(SlowClient client) throws InterruptedException {
    var stands = new boolean[1];
    try {
      var end =
          client.run(
              () -> {
                stands[0] = true;
                opened.increment();
                mostHeld.accumulateAndGet(held.incrementAndGet(), Math::max);
              });
      switch (end) {
        case End.Answered(int status) -> answers.count(status);
        case End.Closed() when stands[0] -> closed.increment();
        case End.Closed() -> refused.increment();
      }
    } finally {
      if (stands[0]) {
        held.decrementAndGet();
      }
    }
  }

  @Override
  public synchronized void close() {
    if (clients.isEmpty()) {
      return;
    }
    int atTheEnd = held.get();
    clients.forEach(Thread::interrupt);
    for (var client : clients) {
      try {
        client.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    clients.clear();
    diary.note(
        "slow connections: %d opened, at most %d at once, %d held at the end"
            .formatted(opened.sum(), mostHeld.get(), atTheEnd));
    diary.note(
        "the target showed them out: answers %s; closed without an answer %d; not let in %d"
            .formatted(answers.text(), closed.sum(), refused.sum()));
  }

  @Override
  public List<String> summary() {
    return diary.lines();
  }

  @Override
  public List<String> problems() {
    return opened.sum() == 0
        ? List.of("no slow connection was ever opened: nothing was shown")
        : List.of();
  }
}
