package io.sallyport.cli;

import io.sallyport.bundle.pack.SigningKey;
import io.sallyport.bundle.pack.Unusable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sallyport bundle keys`: a key that signs bundles and the one that checks them.
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    description = {
      "Make an Ed25519 key pair: bundle.key signs and stays secret, bundle.pub is what gateways trust.",
      "Files that are there are never replaced."
    },
    footer = {"", "Example:", "  sallyport bundle keys --out keys"})
final class BundleKeysCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The folder; made when it is not there.")
  Path out = Path.of("");

  @Override
  public Integer call() {
    var pair = SigningKey.generate();
    var secret = out.resolve("bundle.key");
    var open = out.resolve("bundle.pub");
    try {
      Files.createDirectories(out);
      if (Files.exists(open)) {
        throw new FileAlreadyExistsException(open.toString());
      }
      Files.createFile(
          secret,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(secret, pair.privatePem());
      Files.writeString(open, pair.publicPem(), StandardOpenOption.CREATE_NEW);
      var output = spec.commandLine().getOut();
      output.println("signs, and stays secret    " + secret);
      output.println("checks; gateways trust it  " + open);
      output.println("known as                   " + SigningKey.id(SigningKey.publicKey(open)));
      return 0;
    } catch (FileAlreadyExistsException e) {
      throw new ConfigurationRefused(e.getFile() + " is there already; it is not replaced");
    } catch (IOException e) {
      throw new ConfigurationRefused(out + " cannot be written: " + e);
    } catch (Unusable e) {
      throw new ConfigurationRefused(e.why());
    }
  }
}
