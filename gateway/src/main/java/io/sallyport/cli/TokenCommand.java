package io.sallyport.cli;

import io.sallyport.admin.ManagementToken;
import io.sallyport.authentication.IdentitySigner;
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
      "  (umask 077; sallyport token --identity-keys > identity-keys.json)",
      "  curl --cacert ca.pem -H \"Authorization: Bearer TOKEN\" https://localhost:9443/metrics",
      "",
      "Tokens of the demo's callers: sallyport demo token --help"
    })
final class TokenCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Option(names = "--management", description = "Make a token for the management port.")
  boolean management;

  @Option(
      names = "--identity-keys",
      description =
          "Make the key that all replicas sign Sallyport-Identity with (sallyport.identity.keys).")
  boolean identityKeys;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    if (management == identityKeys) {
      throw new ParameterException(
          spec.commandLine(),
          "Which one? --management makes a token for the management port, --identity-keys a key.");
    }
    if (identityKeys) {
      out.println(IdentitySigner.newPrivateKeySet());
      return 0;
    }
    var made = ManagementToken.make();
    out.println(made.token());
    out.println("sallyport.management.token-hash=" + made.hash());
    return 0;
  }
}
