package io.sallyport.cli;

import io.sallyport.admin.ManagementToken;
import io.sallyport.demo.Demo;
import io.sallyport.demo.DemoProblem;
import io.sallyport.demo.Rehearsal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sallyport rehearse -- COMMAND...`: what the launcher does once after a build, so that gateways
/// start fast. Hidden: nobody types it.
@Command(
    name = "rehearse",
    hidden = true,
    description = "Start a gateway by a command, send it requests, and end it.")
final class RehearseCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "COMMAND", arity = "1..*", description = "What starts the program.")
  List<String> command = new ArrayList<>();

  @Override
  public Integer call() throws InterruptedException {
    var credential = ManagementToken.make();
    var operator = new Demo.OperatorToken(credential.token(), credential.hash());
    var home = Path.of(System.getProperty("sallyport.home", ""));
    try {
      Rehearsal.play(command, home.resolve("policy/bundles/demo"), operator);
      return 0;
    } catch (DemoProblem problem) {
      spec.commandLine().getErr().println("sallyport rehearse: " + problem.getMessage());
      return 1;
    }
  }
}
