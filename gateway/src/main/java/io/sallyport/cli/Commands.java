package io.sallyport.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
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

  /// The command line that these arguments are for. When the first of them names a command, only
  /// that one is made: the others would double what a short command costs.
  ///
  /// @param starter how `run` and `demo` start a gateway
  public static CommandLine of(GatewayStarter starter, String... arguments) {
    var line = new CommandLine(new Commands());
    var all = all(starter);
    var named = arguments.length == 0 ? null : all.get(arguments[0]);
    (named == null ? all.values() : List.of(named))
        .forEach(command -> line.addSubcommand(command.get()));
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

  private static Map<String, Supplier<Object>> all(GatewayStarter starter) {
    var all = new LinkedHashMap<String, Supplier<Object>>();
    all.put("run", () -> new RunCommand(starter));
    all.put("demo", () -> new DemoCommand(starter));
    all.put("check", CheckCommand::new);
    all.put("test", TestCommand::new);
    all.put("explain", ExplainCommand::new);
    all.put("token", TokenCommand::new);
    all.put("certs", CertsCommand::new);
    all.put("version", VersionCommand::new);
    all.put("rehearse", RehearseCommand::new);
    return all;
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
