package io.sallyport.cli;

import io.sallyport.bundle.format.Kinds;
import io.sallyport.bundle.format.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sallyport schema`: what an editor needs to complete and to underline.
@Command(
    name = "schema",
    mixinStandardHelpOptions = true,
    description = {
      "Print the JSON Schema of a kind of file, or write all four.",
      "They are made of what the reader itself reads by. An editor is told of one by a file's first",
      "line: # yaml-language-server: $schema=PATH"
    },
    footer = {
      "",
      "Examples:",
      "  sallyport schema Policies > policies.schema.json",
      "  sallyport schema --out .schemas"
    })
final class SchemaCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "KIND", arity = "0..1", description = "Routes, Policies, Data or Tests.")
  @Nullable String kind;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Write the schemas of all kinds into this folder; it is made when it is not there.")
  @Nullable Path out;

  @Override
  public Integer call() throws IOException {
    if ((kind == null) == (out == null)) {
      throw new ParameterException(spec.commandLine(), "Give a KIND or --out, one of the two");
    }
    if (out != null) {
      Files.createDirectories(out);
      for (Map.Entry<String, String> schema : Kinds.schemas().entrySet()) {
        Files.writeString(out.resolve(schema.getKey()), schema.getValue());
      }
      spec.commandLine()
          .getOut()
          .println(Count.of(Kinds.schemas().size(), "schema") + " written to " + out);
      return 0;
    }
    String folder = Objects.requireNonNull(kind).toLowerCase(Locale.ROOT);
    Map<String, Shape.Fields> kinds = Kinds.files();
    if (!kinds.containsKey(folder)) {
      throw new ParameterException(
          spec.commandLine(),
          "There is no kind '%s'; there are %s".formatted(kind, List.copyOf(kinds.keySet())));
    }
    spec.commandLine().getOut().print(Kinds.schemas().get(Kinds.schemaName(folder)));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
