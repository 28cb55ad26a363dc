package io.sallyport.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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
  @Spec CommandSpec spec = CommandSpec.create();

  private Commands() {}

  /// The command line with these commands.
  ///
  /// @param starter how `run` and `demo` start a gateway
  public static CommandLine with(GatewayStarter starter) {
    var line = new CommandLine(new Commands());
    line.addSubcommand(new RunCommand(starter));
    line.addSubcommand(new DemoCommand(starter));
    line.addSubcommand(new CheckCommand());
    line.addSubcommand(new TestCommand());
    line.addSubcommand(new ExplainCommand());
    line.addSubcommand(new TokenCommand());
    line.addSubcommand(new CertsCommand());
    line.addSubcommand(new VersionCommand());
    line.addSubcommand(new RehearseCommand());
    line.getSubcommands()
        .values()
        .forEach(command -> command.getCommandSpec().versionProvider(new VersionCommand()));
    line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    line.setUsageHelpAutoWidth(false);
    line.setUsageHelpWidth(100);
    line.setExecutionExceptionHandler(Commands::failed);
    return line;
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
