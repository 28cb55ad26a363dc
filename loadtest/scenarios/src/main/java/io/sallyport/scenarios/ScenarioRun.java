package io.sallyport.scenarios;

import io.gatling.app.Gatling$;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.UUID;

/// The story of one run: look whether anything is amiss, load, report. One per process, since
/// Gatling is told much of what it does by system properties.
final class ScenarioRun {
  /// Gatling's own word for assertions that do not hold.
  private static final int NOT_HELD = 2;

  private final Plan plan;
  private final ReportFolder report;
  private final PrintStream out;
  private final Answers answers = new Answers();

  ScenarioRun(Plan plan, ReportFolder report, PrintStream out) {
    this.plan = plan;
    this.report = report;
    this.out = out;
  }

  /// @return whether everything held
  /// @throws IllegalArgumentException when one read by each caller already fails
  boolean run() throws IOException, InterruptedException {
    out.println("This sends load to " + plan.target() + ": only to a deployment of your own.");
    var amiss = Preflight.problems(plan);
    if (!amiss.isEmpty()) {
      throw new IllegalArgumentException(
          "no load was sent; one read by each caller was:\n  " + String.join("\n  ", amiss));
    }
    out.printf(
        "%s: %d reads per second for %s, about %d in all%n",
        plan.scenario().word(), plan.rate(), Spans.text(plan.duration()), plan.expectedReads());
    var store = prepareGatling();
    var companion = companion();
    var rescue = new Thread(companion::close, "rescue");
    Runtime.getRuntime().addShutdownHook(rescue);
    try {
      return conclude(load(companion), companion);
    } finally {
      companion.close();
      Runtime.getRuntime().removeShutdownHook(rescue);
      Files.deleteIfExists(store);
    }
  }

  private Companion companion() {
    return switch (plan.scenario()) {
      case Scenario.Steady _, Scenario.Burst _ -> new Companion.Nothing();
      case Scenario.SlowClients slow -> new SlowCrowd(plan, slow, new Diary(out));
      case Scenario.ZoneLoss zone -> new ZoneSwitch(zone, report.commandLog(), new Diary(out));
      case Scenario.Reload reload -> new Reloads(reload, report.commandLog(), new Diary(out));
    };
  }

  private int load(Companion companion) {
    LoadSimulation.NEXT.set(new LoadSimulation.Script(plan, answers, companion));
    // Its main method ends the process, before the report is put in its place.
    return Gatling$.MODULE$.fromArgs(
        new String[] {
          "--simulation", LoadSimulation.class.getName(),
          "--results-folder", report.path().toString(),
          "--run-description", plan.scenario().word() + " against " + plan.target(),
        });
  }

  private boolean conclude(int code, Companion companion) throws IOException {
    companion.close();
    report.settle();
    var problems = new ArrayList<>(companion.problems());
    if (code == NOT_HELD) {
      problems.addFirst("a bound does not hold; the report says which");
    } else if (code != 0) {
      problems.addFirst("Gatling ended with code " + code);
    }
    var lines = new ArrayList<String>();
    lines.add(plan.scenario().word() + " against " + plan.target());
    lines.addAll(companion.summary());
    lines.add("answers by status: " + answers.text());
    problems.forEach(problem -> lines.add("FAILED: " + problem));
    if (problems.isEmpty()) {
      lines.add("HELD: every bound");
    }
    report.summarize(lines);
    out.println();
    lines.forEach(out::println);
    out.println("report: " + report.index());
    return problems.isEmpty();
  }

  /// Gatling trusts anybody by default, tells its makers about each run, and asks for its newest
  /// release; none of it is so here.
  ///
  /// @return a file that may go when the run is over
  private Path prepareGatling() throws IOException {
    QuietPreferences.install();
    var store = Files.createTempFile("scenario", ".p12");
    set("gatling.data.enableAnalytics", "false");
    set("gatling.data.console.light", "true");
    set("gatling.http.requestTimeout", "30000");
    set("gatling.http.enableHostnameVerification", String.valueOf(plan.trust().checks()));
    set("gatling.ssl.useInsecureTrustManager", String.valueOf(!plan.trust().checks()));
    var authorities = plan.trust().authorities();
    if (authorities != null) {
      var password = UUID.randomUUID().toString();
      try (var file = Files.newOutputStream(store)) {
        authorities.store(file, password.toCharArray());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("authorities cannot be kept", e);
      }
      set("gatling.ssl.trustStore.type", "PKCS12");
      set("gatling.ssl.trustStore.file", store.toString());
      set("gatling.ssl.trustStore.password", password);
    }
    return store;
  }

  private static void set(String name, String value) {
    System.setProperty(name, value);
  }
}
