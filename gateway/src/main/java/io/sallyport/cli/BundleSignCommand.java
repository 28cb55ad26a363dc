package io.sallyport.cli;

import io.sallyport.bundle.pack.SigningKey;
import io.sallyport.bundle.pack.Unusable;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sallyport bundle sign`: whoever trusts the key may trust the bundle.
@Command(
    name = "sign",
    mixinStandardHelpOptions = true,
    description = {
      "Sign a packed bundle with an Ed25519 key, in place. A signature that is there is replaced."
    },
    footer = {
      "",
      "Example:",
      "  sallyport bundle sign demo.bundle --key keys/bundle.key --public-key keys/bundle.pub"
    })
final class BundleSignCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "FILE", description = "The packed bundle.")
  Path file = Path.of("");

  @Option(
      names = "--key",
      required = true,
      paramLabel = "PEM",
      description = "The private key (PKCS#8), which signs.")
  Path key = Path.of("");

  @Option(
      names = "--public-key",
      required = true,
      paramLabel = "PEM",
      description = "Its public key, which gateways trust: the signature is checked by it.")
  Path publicKey = Path.of("");

  @Override
  public Integer call() {
    var packed = Bundles.packed(file);
    try {
      var checks = SigningKey.publicKey(publicKey);
      BundlePackCommand.write(file, packed.signedWith(SigningKey.privateKey(key), checks));
      spec.commandLine()
          .getOut()
          .println("signed %s with key %s".formatted(file, SigningKey.id(checks)));
      return 0;
    } catch (Unusable e) {
      throw new ConfigurationRefused(e.why());
    }
  }
}
