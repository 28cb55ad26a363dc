package io.sallyport.scenarios;

import java.time.Duration;
import java.util.Optional;

/// What happens while the reads go on.
sealed interface Scenario {
  int MOST_SLOW_CONNECTIONS = 2000;
  Duration MOST_TIME = Duration.ofMinutes(15);

  /// The word on the command line, and the name of the report's folder.
  String word();

  /// Nothing: the same rate all the time.
  record Steady() implements Scenario {
    @Override
    public String word() {
      return "steady";
    }
  }

  /// In the middle of the run the rate is many times higher. 429 is an answer then, not a failure.
  ///
  /// @param factor how many times
  /// @param length how long
  record Burst(int factor, Duration length) implements Scenario {
    private static final int MOST = 50;
    private static final Duration LONGEST = Duration.ofMinutes(1);

    public Burst {
      Range.check("--factor", factor, 2, MOST);
      Range.check("--burst", length, Duration.ofSeconds(1), LONGEST);
    }

    @Override
    public String word() {
      return "burst";
    }
  }

  /// Connections that send a head or a body byte by byte, or read an answer so.
  ///
  /// @param connections how many are held at once
  /// @param pause between two bytes of one connection
  record SlowClients(int connections, Duration pause) implements Scenario {
    public SlowClients {
      Range.check("--connections", connections, 1, MOST_SLOW_CONNECTIONS);
      Range.check("--pause", pause, Duration.ofMillis(10), Duration.ofSeconds(30));
    }

    @Override
    public String word() {
      return "slow-clients";
    }
  }

  /// A zone goes away and comes back, by commands of the operator.
  ///
  /// @param downAt after the load has begun
  /// @param upAt after the load has begun
  record ZoneLoss(OperatorCommand down, OperatorCommand up, Duration downAt, Duration upAt)
      implements Scenario {
    public ZoneLoss {
      Range.check("--down-at", downAt, Duration.ZERO, MOST_TIME);
      if (upAt.compareTo(downAt) <= 0) {
        throw new IllegalArgumentException("--up-at: comes after --down-at");
      }
    }

    @Override
    public String word() {
      return "zone-loss";
    }
  }

  /// A command that makes the gateway read its bundle again, over and over.
  record Reload(OperatorCommand command, Duration every) implements Scenario {
    public Reload {
      Range.check("--every", every, Duration.ofMillis(200), Duration.ofMinutes(1));
    }

    @Override
    public String word() {
      return "reload";
    }
  }

  /// When this needs the load to go on at least until then.
  default Optional<Duration> needs() {
    return switch (this) {
      case Steady() -> Optional.empty();
      case Burst(int _, Duration length) -> Optional.of(length);
      case SlowClients(int _, Duration _) -> Optional.empty();
      case ZoneLoss(OperatorCommand _, OperatorCommand _, Duration _, Duration upAt) ->
          Optional.of(upAt);
      case Reload(OperatorCommand _, Duration every) -> Optional.of(every);
    };
  }
}
