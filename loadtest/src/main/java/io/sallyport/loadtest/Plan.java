package io.sallyport.loadtest;

import io.sallyport.loadtest.proxy.ProxyKind;
import io.sallyport.loadtest.work.Load;
import io.sallyport.loadtest.work.Stage;
import io.sallyport.loadtest.work.Work;
import java.util.ArrayList;
import java.util.List;

/// Which proxy is given which work, and about how long that takes.
///
/// @param cells in the order of a round
/// @param gaps what a proxy would be given if it offered it
record Plan(List<Cell> cells, List<Gap> gaps) {

  /// @param rounds how often it is measured
  /// @param seconds that one round takes, about
  record Cell(Work work, ProxyKind kind, int rounds, double seconds) {
    /// With its warm-up.
    double allSeconds() {
      return seconds * rounds + warmUpSeconds();
    }

    double warmUpSeconds() {
      return switch (work.load()) {
        case Load.Requests r -> kind.compilesAsItRuns() ? seconds * 8 : seconds / 2;
        case Load.Callers c -> kind.compilesAsItRuns() ? seconds * 3 : seconds;
        case Load.Handshakes h -> kind.compilesAsItRuns() ? seconds * 6 : seconds / 2;
        case Load.FixedRate r -> 0.1;
        case Load.Idle i -> 0.1;
        case Load.FirstAnswer f -> seconds;
      };
    }
  }

  record Gap(Work work, ProxyKind kind, String why) {}

  static Plan of(Options options, List<Work> works, List<ProxyKind> kinds) {
    List<Cell> cells = new ArrayList<>();
    List<Gap> gaps = new ArrayList<>();
    for (Work work : works) {
      for (ProxyKind kind : kinds) {
        if (kind.services(work.stage().setup(options.cores())).contains(work.service())) {
          cells.add(
              new Cell(work, kind, rounds(work.load(), options), seconds(work, kind, options)));
        } else if (!kind.gap(work.service()).isEmpty()) {
          gaps.add(new Gap(work, kind, kind.gap(work.service())));
        }
      }
    }
    return new Plan(List.copyOf(cells), List.copyOf(gaps));
  }

  List<Cell> of(Stage stage) {
    return cells.stream().filter(cell -> cell.work().stage() == stage).toList();
  }

  double seconds() {
    return cells.stream().mapToDouble(Cell::allSeconds).sum();
  }

  private static int rounds(Load load, Options options) {
    return switch (load) {
      case Load.Requests requests -> options.rounds();
      case Load.Callers callers -> options.rounds();
      case Load.Handshakes handshakes -> options.rounds();
      case Load.FirstAnswer first -> options.rounds();
      case Load.FixedRate rate -> Math.min(3, options.rounds());
      case Load.Idle idle -> 1;
    };
  }

  /// Guesses, from what they took on a machine of two cores.
  private static double seconds(Work work, ProxyKind kind, Options options) {
    return switch (work.load()) {
      case Load.Requests requests -> 0.3 + options.requests() / 20_000.0;
      case Load.Callers callers -> 8;
      case Load.Handshakes handshakes -> 1.5 + options.requests() / 20_000.0;
      case Load.FixedRate rate -> rate.seconds() + 3;
      case Load.Idle idle -> 12;
      case Load.FirstAnswer first -> kind.compilesAsItRuns() ? 5 : 0.3;
    };
  }
}
