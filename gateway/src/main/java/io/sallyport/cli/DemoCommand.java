package io.sallyport.cli;

import io.sallyport.admin.ManagementToken;
import io.sallyport.demo.Demo;
import io.sallyport.demo.DemoProblem;
import io.sallyport.demo.DemoSettings;
import io.sallyport.demo.GatewayProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// `sallyport demo`: a gateway with everything around it, until Ctrl-C.
@Command(
    name = "demo",
    subcommands = {DemoZoneCommand.class, DemoTokenCommand.class},
    description = {
      "Start a gateway with everything around it, to try.",
      "Certificates, a token issuer, and six backends in",
      "three zones. Prints commands to try. Ctrl-C ends all of it."
    },
    footer = {
      "",
      "Examples:",
      "  sallyport demo",
      "  sallyport demo --https-port 18443 --http-port 0",
      "  sallyport demo zone b down      (in another terminal)",
      "  sallyport demo token bob"
    })
public final class DemoCommand implements Callable<Integer> {
  static final String STATE = ".sallyport/demo";

  private final GatewayStarter starter;

  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--state",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      defaultValue = STATE,
      description = "Where the demo keeps its files (default: ${DEFAULT-VALUE}).")
  Path state = Path.of(STATE);

  @Option(
      names = "--https-port",
      paramLabel = "N",
      defaultValue = "" + DemoSettings.HTTPS_PORT,
      description = "The public port (default: ${DEFAULT-VALUE}).")
  int httpsPort;

  @Option(
      names = "--http-port",
      paramLabel = "N",
      defaultValue = "" + DemoSettings.HTTP_PORT,
      description = "The port that redirects to HTTPS; 0: none (default: ${DEFAULT-VALUE}).")
  int httpPort;

  @Option(
      names = "--management-port",
      paramLabel = "N",
      defaultValue = "" + DemoSettings.MANAGEMENT_PORT,
      description = "Health, metrics and keys (default: ${DEFAULT-VALUE}).")
  int managementPort;

  @Option(
      names = "--backend-port",
      paramLabel = "N",
      defaultValue = "" + DemoSettings.BACKEND_PORT,
      description = "The backends' port, the first of six on macOS (default: ${DEFAULT-VALUE}).")
  int backendPort;

  @Option(
      names = "--issuer-port",
      paramLabel = "N",
      defaultValue = "" + DemoSettings.ISSUER_PORT,
      description = "The token issuer's port (default: ${DEFAULT-VALUE}).")
  int issuerPort;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  public DemoCommand(GatewayStarter starter) {
    this.starter = starter;
  }

  @Override
  public Integer call() throws InterruptedException {
    var settings = settings();
    var stop = StopSignal.install();
    var credential = ManagementToken.make();
    var operator = new Demo.OperatorToken(credential.token(), credential.hash());
    try (var demo = Demo.start(settings, operator, this::startGateway)) {
      spec.commandLine().getOut().print(demo.welcome());
      spec.commandLine().getOut().flush();
      stop.await();
      return 0;
    } catch (DemoProblem problem) {
      spec.commandLine().getErr().println("sallyport demo: " + problem.getMessage());
      return 1;
    }
  }

  private GatewayProcess.Running startGateway(List<String> properties) {
    var gateway = starter.start(properties);
    return gateway::close;
  }

  private DemoSettings settings() {
    var home = Path.of(System.getProperty("sallyport.home", ""));
    try {
      return new DemoSettings(
          state,
          home.resolve("policy/bundles/demo"),
          httpsPort,
          httpPort,
          managementPort,
          backendPort,
          issuerPort);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
