package io.sallyport.loadtest.generator;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say what is asked, and of whom.
final class TargetOptions {
  @Option(names = "--port", required = true, description = "Port of the TLS server on 127.0.0.1.")
  int port;

  @Option(
      names = "--server-name",
      defaultValue = "localhost",
      description = "Name in TLS and in every request. Default: ${DEFAULT-VALUE}.")
  @Nullable String serverName;

  @Option(names = "--path", required = true, description = "Path of every request.")
  @Nullable String path;

  @Option(
      names = "--protocol",
      required = true,
      description = "${COMPLETION-CANDIDATES}, in either case.")
  @Nullable Protocol protocol;

  @Option(names = "--header", description = "A field of every request, 'name: value'; repeatable.")
  List<String> headers = new ArrayList<>();

  @Option(
      names = "--expect",
      defaultValue = "200",
      description = "The status that is not an error. Default: ${DEFAULT-VALUE}.")
  int expect;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  Target target() {
    return new Target(
        port,
        Objects.requireNonNull(serverName, "has a default"),
        Objects.requireNonNull(path, "required"),
        Objects.requireNonNull(protocol, "required"),
        headers.stream().map(Header::parse).toList(),
        expect);
  }
}
