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
    mixinStandardHelpOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Exit codes: 0 done or stopped, 1 failed or configuration refused, 2 usage.",
      "Start with: sallyport demo"
    })
public final class Commands implements Runnable {
  @Spec CommandSpec spec = CommandSpec.create();

  @CommandLine.Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  private Commands() {}

  /// The command line with these commands.
  ///
  /// @param starter how `run` starts a gateway
  /// @param more commands of other rooms
  public static CommandLine with(GatewayStarter starter, List<Object> more) {
    var line = new CommandLine(new Commands());
    line.addSubcommand(new RunCommand(starter));
    more.forEach(line::addSubcommand);
    line.addSubcommand(new TokenCommand());
    line.addSubcommand(new VersionCommand());
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
