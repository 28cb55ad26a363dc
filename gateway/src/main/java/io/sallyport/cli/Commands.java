package io.sallyport.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Everything that can be typed after `sallyport`.
@Command(
    name = "sallyport",
    description = "An API gateway: nothing is forwarded that was not admitted.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionCommand.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Exit codes: 0 done or stopped, 1 failed or configuration refused, 2 usage.",
      "Start with: sallyport demo"
    })
public final class Commands implements Runnable {
  private static final List<String> NAMES =
      List.of(
          "run",
          "demo",
          "check",
          "test",
          "explain",
          "diff",
          "bundle",
          "schema",
          "token",
          "certs",
          "import",
          "version",
          "rehearse");

  @Spec CommandSpec spec = CommandSpec.create();

  private Commands() {}

  /// The command line that these arguments are for. When the first of them names a command, only
  /// that one is made: the others would double what a short command costs.
  ///
  /// @param starter how `run` and `demo` start a gateway
  public static CommandLine of(GatewayStarter starter, String... arguments) {
    var line = new CommandLine(new Commands());
    boolean isNamed = arguments.length > 0 && NAMES.contains(arguments[0]);
    for (String name : isNamed ? List.of(arguments[0]) : NAMES) {
      line.addSubcommand(make(name, starter));
    }
    for (CommandLine command : line.getSubcommands().values()) {
      command.getCommandSpec().versionProvider(new VersionCommand());
    }
    line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    line.setUsageHelpAutoWidth(false);
    line.setUsageHelpWidth(100);
    line.setExecutionExceptionHandler(Commands::failed);
    return line;
  }

  // Not a map of constructors: JDK 25 crashes when it writes its cache and a method handle is that
  // of
  // a class with an interface of picocli's, whose class files are too old to be kept.
  private static Object make(String name, GatewayStarter starter) {
    return switch (name) {
      case "run" -> new RunCommand(starter);
      case "demo" -> new DemoCommand(starter);
      case "check" -> new CheckCommand();
      case "import" -> new ImportCommand();
      case "test" -> new TestCommand();
      case "explain" -> new ExplainCommand();
      case "diff" -> new DiffCommand();
      case "bundle" -> new BundleCommand();
      case "schema" -> new SchemaCommand();
      case "token" -> new TokenCommand();
      case "certs" -> new CertsCommand();
      case "version" -> new VersionCommand();
      case "rehearse" -> new RehearseCommand();
      default -> throw new IllegalArgumentException(name);
    };
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which command?");
  }

  private static int failed(Exception problem, CommandLine line, CommandLine.ParseResult parsed) {
    if (problem instanceof ConfigurationRefused refused) {
      refused.lines().forEach(line.getErr()::println);
    } else {
      line.getErr().println("sallyport: this should not have happened; please report it");
      problem.printStackTrace(line.getErr());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }
}
