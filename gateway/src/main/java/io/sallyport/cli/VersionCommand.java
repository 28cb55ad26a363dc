package io.sallyport.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sallyport version`: what is running, and on what.
@Command(
    name = "version",
    description = "Print the version, the build, and what it runs on.",
    footer = {"", "Example:", "  sallyport version"})
final class VersionCommand implements Runnable {
  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Override
  public void run() {
    var out = spec.commandLine().getOut();
    var build = properties("/io/sallyport/build.properties");
    var netty = properties("/META-INF/io.netty.versions.properties");
    out.printf(
        "sallyport %s (commit %s)%n", build.getProperty("version"), build.getProperty("commit"));
    out.printf("JDK %s (%s)%n", Runtime.version(), System.getProperty("java.vendor"));
    out.printf("Netty %s%n", netty.getProperty("netty-common.version"));
  }

  private static Properties properties(String resource) {
    var values = new Properties();
    try (var stream = VersionCommand.class.getResourceAsStream(resource)) {
      if (stream != null) {
        values.load(stream);
      }
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
