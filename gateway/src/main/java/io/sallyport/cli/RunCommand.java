package io.sallyport.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/// `sallyport run`: serves a bundle until it is told to stop.
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Serve a bundle until stopped by SIGTERM or Ctrl-C.",
    footer = {
      "",
      "Settings are properties: --NAME=VALUE here, SALLYPORT_... in the environment, or YAML in",
      "config/application.yaml (more files: --spring.config.additional-location=FILE).",
      "All of them: docs/reference/settings.md",
      "",
      "Examples:",
      "  sallyport run --bundle policy/bundles/demo \\",
      "      --sallyport.tls.certificate=server.pem --sallyport.tls.key=server.key",
      "  sallyport run --bundle /etc/sallyport/bundle --sallyport.https.port=443"
    })
final class RunCommand implements Callable<Integer> {
  private static final Pattern PROPERTY =
      Pattern.compile("--[A-Za-z][A-Za-z0-9-]*(\\[[^]]+])?(\\.[A-Za-z0-9\\[\\]_-]+)+(=.*)?");

  private final GatewayStarter starter;

  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--bundle",
      paramLabel = "DIR",
      description = "The folder of route, policy, data and test files to serve.")
  @Nullable Path bundle;

  @Unmatched List<String> properties = new ArrayList<>();

  RunCommand(GatewayStarter starter) {
    this.starter = starter;
  }

  @Override
  public Integer call() throws InterruptedException {
    for (String property : properties) {
      checkProperty(property);
    }
    var settings = new ArrayList<String>();
    if (bundle != null) {
      settings.add("--sallyport.bundle.folder=" + bundle);
    }
    settings.addAll(properties);
    var stop = StopSignal.install();
    try (var gateway = starter.start(settings)) {
      spec.commandLine().getOut().println(readyLine(gateway));
      stop.await();
    }
    return 0;
  }

  private void checkProperty(String argument) {
    if (!PROPERTY.matcher(argument).matches()) {
      throw new ParameterException(
          spec.commandLine(), "Unknown option or argument: '" + argument + "'");
    }
    if (argument.indexOf('=') < 0) {
      throw new ParameterException(
          spec.commandLine(), "A setting needs its value behind '=': " + argument + "=VALUE");
    }
  }

  private static String readyLine(RunningGateway gateway) {
    return String.format(
        Locale.ROOT,
        "sallyport ready %s bundle %s in %.1f s",
        gateway.address(),
        gateway.bundle(),
        sinceStart().toMillis() / 1000.0);
  }

  private static Duration sinceStart() {
    return ProcessHandle.current()
        .info()
        .startInstant()
        .map(start -> Duration.between(start, Instant.now()))
        .orElse(Duration.ZERO);
  }
}
