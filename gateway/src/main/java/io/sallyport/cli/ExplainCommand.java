package io.sallyport.cli;

import io.sallyport.bundle.Explainer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sallyport explain`: why a bundle answers a request as it does.
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = {
      "Say what a bundle answers one request, and why.",
      "Every rule with the values of its parts. Callers are those of the bundle's tests, and",
      "'anonymous'. Exit code 0, yes or no."
    },
    footer = {
      "",
      "Examples:",
      "  sallyport explain bundle --as alice GET \"https://api.example.com/orders?tenant=t2\"",
      "  sallyport explain bundle --as anonymous --source 192.0.2.7 GET https://api.example.com/"
    })
final class ExplainCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "DIR", description = "The bundle.")
  Path folder = Path.of("");

  @Parameters(index = "1", paramLabel = "METHOD", description = "The request's method.")
  String method = "GET";

  @Parameters(index = "2", paramLabel = "URL", description = "Its address, https://...")
  String url = "";

  @Option(
      names = "--as",
      paramLabel = "NAME",
      required = true,
      description = "Who asks: a caller of the bundle's tests, or 'anonymous'.")
  String as = "anonymous";

  @Option(
      names = "--header",
      paramLabel = "NAME:VALUE",
      description = "A header field of the request; may be repeated.")
  List<String> headers = new ArrayList<>();

  @Option(
      names = "--source",
      paramLabel = "IP",
      description = "The address that it comes from; otherwise one for documentation.")
  @Nullable String source;

  @Option(
      names = "--plugins",
      paramLabel = "DIR",
      description = "Jars with filters of your own, as in the setting sallyport.plugins.")
  @Nullable Path plugins;

  @Override
  public Integer call() {
    var read = Bundles.read(folder, plugins);
    var explanation =
        Explainer.explain(read.bundle(), read.tests(), as, method, url, fields(), source);
    return switch (explanation) {
      case Explainer.Explained(String text, boolean _) -> {
        spec.commandLine().getOut().print(text);
        spec.commandLine().getOut().flush();
        yield 0;
      }
      case Explainer.Unanswerable(String why) ->
          throw new ParameterException(spec.commandLine(), why);
    };
  }

  private Map<String, List<String>> fields() {
    var fields = new LinkedHashMap<String, List<String>>();
    for (String header : headers) {
      int colon = header.indexOf(':');
      if (colon < 1) {
        throw new ParameterException(
            spec.commandLine(), "--header wants NAME:VALUE, not '" + header + "'");
      }
      fields
          .computeIfAbsent(
              header.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(header.substring(colon + 1).strip());
    }
    return fields;
  }
}
