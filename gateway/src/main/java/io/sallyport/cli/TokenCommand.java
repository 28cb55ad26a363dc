package io.sallyport.cli;

import io.sallyport.admin.ManagementToken;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `sallyport token`: makes the credential that the management port asks for.
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    description = {
      "Make a bearer token for the management port.",
      "The token is for whoever asks, its bcrypt hash for the gateway's settings. The token itself",
      "is kept nowhere."
    },
    footer = {
      "",
      "Examples:",
      "  sallyport token --management",
      "  curl --cacert ca.pem -H \"Authorization: Bearer TOKEN\" https://localhost:9443/metrics",
      "",
      "Tokens of the demo's callers: sallyport demo token --help"
    })
final class TokenCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Option(names = "--management", description = "Make a token for the management port.")
  boolean management;

  @Override
  public Integer call() {
    if (!management) {
      throw new ParameterException(
          spec.commandLine(), "Which token? --management makes one for the management port.");
    }
    var made = ManagementToken.make();
    var out = spec.commandLine().getOut();
    out.println(made.token());
    out.println("sallyport.management.token-hash=" + made.hash());
    return 0;
  }
}
