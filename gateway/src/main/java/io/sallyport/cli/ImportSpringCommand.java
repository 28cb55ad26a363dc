package io.sallyport.cli;

import io.sallyport.spring.SpringImport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sallyport import spring`: a bundle out of a Spring Cloud Gateway application.
@Command(
    name = "spring",
    mixinStandardHelpOptions = true,
    description = {
      "Make a bundle out of the routes of a Spring Cloud Gateway application.",
      "Filters become fields of the route where all of them can, else 'filters'. Every route is",
      "under a policy that denies everything, until somebody writes who may. What cannot be carried",
      "over is said, stands as a comment beside its route, and makes the exit code 1."
    },
    footer = {"", "Example:", "  sallyport import spring application.yml --out bundle"})
final class ImportSpringCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "FILE", description = "The application's YAML.")
  Path file = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Where the bundle goes: a folder that is empty, or not there yet.")
  Path out = Path.of("");

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description = "The host of routes that name none. Default: ${DEFAULT-VALUE}.")
  String host = "api.example.com";

  @Override
  public Integer call() throws IOException {
    if (Files.exists(out)) {
      try (var files = Files.list(out)) {
        if (files.findAny().isPresent()) {
          throw new ConfigurationRefused(out + " is not empty; nothing was written");
        }
      }
    }
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new ConfigurationRefused(file + " cannot be read: " + e.getMessage());
    }
    var imported = SpringImport.of(String.valueOf(file.getFileName()), text, host);
    for (Map.Entry<String, String> made : imported.files().entrySet()) {
      Path to = out.resolve(made.getKey());
      Files.createDirectories(to.resolveSibling("."));
      Files.writeString(to, made.getValue());
    }
    boolean whole = imported.problems().isEmpty();
    imported.problems().forEach(problem -> spec.commandLine().getErr().println(problem.render()));
    spec.commandLine()
        .getOut()
        .println(
            imported.files().isEmpty()
                ? "nothing was written."
                : "%s written to %s, all under 'deny-all'%s."
                    .formatted(
                        Count.of(imported.routes(), "route"),
                        out,
                        whole ? "" : "; what is said above was not carried over"));
    return whole ? 0 : 1;
  }
}
