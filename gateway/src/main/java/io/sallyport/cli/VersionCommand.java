package io.sallyport.cli;

import io.sallyport.wire.TlsProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `sallyport version`: what is running, and on what.
@Command(
    name = "version",
    mixinStandardHelpOptions = true,
    description = "Print the version, the build, and what it runs on.",
    footer = {"", "Example:", "  sallyport version"})
final class VersionCommand implements Runnable, IVersionProvider {
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    for (String line : getVersion()) {
      spec.commandLine().getOut().println(line);
    }
  }

  @Override
  public String[] getVersion() {
    var build = BuildInfo.read();
    var netty =
        properties("/META-INF/io.netty.versions.properties").entrySet().stream()
            .filter(entry -> entry.getKey().toString().endsWith(".version"))
            .map(entry -> entry.getValue().toString())
            .findFirst()
            .orElse("unknown");
    return new String[] {
      "sallyport " + build.version() + " (commit " + build.commit() + ")",
      "JDK " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")",
      "Netty " + netty,
      "TLS " + TlsProvider.best() + ", groups " + String.join(" ", TlsProvider.best().groups())
    };
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
