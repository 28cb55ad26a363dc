package io.sallyport.helm;

import com.marcnuri.helm.Helm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// What the chart makes of some values: the parsed documents.
final class Rendered {
  static final Path CHART = Path.of("..", "helm", "sallyport").toAbsolutePath().normalize();

  private final List<Map<String, Object>> documents = new ArrayList<>();

  private Rendered() {}

  /// Renders release `edge` in namespace `gateways`.
  ///
  /// @param values YAML of a values file
  static Rendered with(String values) throws Exception {
    var file = Files.createTempFile("values", ".yaml");
    try {
      Files.writeString(file, values);
      var text =
          new Helm(CHART)
              .template()
              .withName("edge")
              .withNamespace("gateways")
              .withKubeVersion("1.35.0")
              .withValuesFile(file)
              .call();
      var rendered = new Rendered();
      for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(text)) {
        if (document != null) {
          rendered.documents.add(map(document));
        }
      }
      return rendered;
    } finally {
      Files.delete(file);
    }
  }

  List<Map<String, Object>> documents() {
    return documents;
  }

  Map<String, Object> only(String kind) {
    var found = documents.stream().filter(document -> kind.equals(document.get("kind"))).toList();
    if (found.size() != 1) {
      throw new AssertionError(kind + ": " + found.size() + " documents, not 1");
    }
    return found.getFirst();
  }

  Map<String, Object> named(String kind, String name) {
    return documents.stream()
        .filter(document -> kind.equals(document.get("kind")))
        .filter(document -> name.equals(at(document, "metadata", "name")))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
  }

  Map<String, Object> pod() {
    return map(at(only("Deployment"), "spec", "template", "spec"));
  }

  Map<String, Object> container() {
    return list(pod().get("containers")).getFirst();
  }

  /// An environment variable of the container: its value, or where it comes from.
  Object environment(String name) {
    return list(container().get("env")).stream()
        .filter(variable -> name.equals(variable.get("name")))
        .map(variable -> variable.getOrDefault("value", variable.get("valueFrom")))
        .findFirst()
        .orElse("unset");
  }

  Map<String, Object> volume(String name) {
    return list(pod().get("volumes")).stream()
        .filter(volume -> name.equals(volume.get("name")))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no volume " + name));
  }

  static Object at(Object document, String... keys) {
    var here = document;
    for (String key : keys) {
      here = map(here).get(key);
    }
    return here;
  }

  @SuppressWarnings("unchecked") // YAML mappings of a manifest have string keys.
  static Map<String, Object> map(Object node) {
    return (Map<String, Object>) node;
  }

  @SuppressWarnings("unchecked") // See above.
  static List<Map<String, Object>> list(Object node) {
    return (List<Map<String, Object>>) node;
  }
}
