package io.sallyport.cli;

import io.sallyport.bundle.pack.SigningKey;
import io.sallyport.bundle.pack.Unusable;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sallyport bundle verify`: what a gateway with these keys would take.
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Check that a packed bundle is whole and signed by one of these keys, as a gateway does that",
      "trusts them. Exit code 0 when it is, 1 when it is not."
    },
    footer = {
      "",
      "Example:",
      "  sallyport bundle verify demo.bundle --trusted-key keys/bundle.pub"
    })
final class BundleVerifyCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "FILE", description = "The packed bundle.")
  Path file = Path.of("");

  @Option(
      names = "--trusted-key",
      required = true,
      paramLabel = "PEM",
      description = "A public key that is trusted; may be repeated.")
  List<Path> trusted = new ArrayList<>();

  @Override
  public Integer call() {
    var packed = Bundles.packed(file);
    var keys = new ArrayList<PublicKey>();
    try {
      for (Path each : trusted) {
        keys.add(SigningKey.publicKey(each));
      }
    } catch (Unusable e) {
      throw new ConfigurationRefused(e.why());
    }
    packed
        .objection(keys)
        .ifPresent(
            why -> {
              throw new ConfigurationRefused(file + ": " + why);
            });
    spec.commandLine()
        .getOut()
        .println(
            "good: version %d, %d files, signed with key %s"
                .formatted(
                    packed.version(), packed.files().size(), packed.signer(keys).orElseThrow()));
    return 0;
  }
}
