package io.sallyport.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `sallyport import`: bundles out of what other gateways are told.
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = "Make a bundle out of another gateway's configuration.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = ImportSpringCommand.class)
final class ImportCommand implements Runnable {
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what is imported, such as 'spring'");
  }
}
