package io.sallyport.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `sallyport bundle`: a bundle as one file that can be signed.
@Command(
    name = "bundle",
    mixinStandardHelpOptions = true,
    subcommands = {
      BundlePackCommand.class,
      BundleSignCommand.class,
      BundleVerifyCommand.class,
      BundleKeysCommand.class
    },
    description = {
      "Pack a bundle into one file, sign it, and check one that was signed. A gateway serves such a",
      "file as it serves a folder; with sallyport.bundle.trusted-keys it serves nothing else."
    },
    footer = {
      "",
      "Examples:",
      "  sallyport bundle keys --out keys",
      "  sallyport bundle pack policy/bundles/demo --out demo.bundle",
      "  sallyport bundle sign demo.bundle --key keys/bundle.key --public-key keys/bundle.pub",
      "  sallyport bundle verify demo.bundle --trusted-key keys/bundle.pub"
    })
final class BundleCommand implements Runnable {
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do: pack, sign, verify or keys");
  }
}
