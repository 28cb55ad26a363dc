package io.sallyport.bundle;

import io.sallyport.bundle.FilterCompiler.FilterChain;
import io.sallyport.bundle.format.Section;
import io.sallyport.bundle.source.Findings;
import io.sallyport.bundle.source.Node;
import io.sallyport.bundle.source.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads a route's `filters`, in Spring Cloud Gateway's long form (`name`, `args`) and in its short
/// one (`AddRequestHeader=x-a, 1`), and has them compiled.
final class FiltersReader {
  private static final int MOST_ARGUMENTS = 64;
  private static final String MAPPING = "'args' must be a mapping";
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9]{0,127}");

  private final FilterCompiler compiler;
  private final Findings findings;

  FiltersReader(FilterCompiler compiler, Findings findings) {
    this.compiler = compiler;
    this.findings = findings;
  }

  /// Null when the route lists none, or one of them is faulty, which was reported.
  @Nullable FilterChain read(Section route, String id) {
    List<Written> written = new ArrayList<>();
    boolean sound = true;
    for (Node node : route.trees("filters")) {
      Written filter = filter(node);
      sound &= filter != null;
      if (filter != null) {
        written.add(filter);
      }
    }
    return sound && !written.isEmpty() ? compiled(id, written) : null;
  }

  private @Nullable FilterChain compiled(String route, List<Written> written) {
    var filters = written.stream().map(Written::filter).toList();
    return switch (compiler.compile(route, filters)) {
      case FilterCompiler.Compiled(FilterChain chain, List<FilterCompiler.Fault> advice) -> {
        say(advice, written, findings::warning);
        yield chain;
      }
      case FilterCompiler.Faulty(List<FilterCompiler.Fault> faults) -> {
        say(faults, written, findings::problem);
        yield null;
      }
    };
  }

  private static void say(
      List<FilterCompiler.Fault> faults, List<Written> written, BiConsumer<Place, String> to) {
    for (FilterCompiler.Fault fault : faults) {
      Written of = written.get(fault.filter());
      to.accept(
          of.places().getOrDefault(fault.argument(), of.place()),
          "filter '%s': %s".formatted(of.filter().name(), fault.why()));
    }
  }

  private record Written(FilterCompiler.Filter filter, Place place, Map<String, Place> places) {}

  private @Nullable Written filter(Node node) {
    return switch (node) {
      case Node.Scalar text -> shortForm(text);
      case Node.Mapping mapping -> longForm(mapping);
      case Node.Sequence _, Node.Refused _ -> {
        findings.problem(
            node.place(),
            "a filter is written 'Name=value, value', or as a mapping with 'name' and 'args'");
        yield null;
      }
    };
  }

  private @Nullable Written shortForm(Node.Scalar text) {
    int equals = text.text().indexOf('=');
    String name = (equals < 0 ? text.text() : text.text().substring(0, equals)).strip();
    var arguments = new Arguments();
    if (equals >= 0) {
      int number = 0;
      for (String value : text.text().substring(equals + 1).split(",")) {
        if (!value.isBlank()) {
          arguments.add("_genkey_" + number++, value.strip(), text.place());
        }
      }
    }
    return written(name, text.place(), arguments);
  }

  private @Nullable Written longForm(Node.Mapping mapping) {
    Node.@Nullable Scalar name = null;
    var arguments = new Arguments();
    for (Node.Entry entry : mapping.entries()) {
      switch (entry.key().text()) {
        case "name" -> {
          if (entry.value() instanceof Node.Scalar text) {
            name = text;
          }
        }
        case "args" -> arguments.flatten("", entry.value());
        default -> {
          findings.problem(
              entry.key().place(),
              "a filter has 'name' and 'args', not '%s'".formatted(entry.key().text()));
          arguments.faulty = true;
        }
      }
    }
    if (name == null) {
      findings.problem(mapping.place(), "a filter without 'name'");
      return null;
    }
    return written(name.text(), name.place(), arguments);
  }

  private @Nullable Written written(String name, Place place, Arguments arguments) {
    if (!NAME.matcher(name).matches()) {
      findings.problem(place, "'%s' is not the name of a filter".formatted(name));
      return null;
    }
    if (arguments.values.size() > MOST_ARGUMENTS) {
      findings.problem(place, "a filter has at most %d arguments".formatted(MOST_ARGUMENTS));
      return null;
    }
    return arguments.faulty
        ? null
        : new Written(new FilterCompiler.Filter(name, arguments.values), place, arguments.places);
  }

  private final class Arguments {
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Map<String, Place> places = new LinkedHashMap<>();
    private boolean faulty;

    void flatten(String name, Node node) {
      switch (node) {
        case Node.Scalar value -> {
          if (name.isEmpty()) {
            fault(value.place(), MAPPING);
          } else {
            add(name, value.text(), value.place());
          }
        }
        case Node.Mapping mapping -> {
          for (Node.Entry entry : mapping.entries()) {
            String key = entry.key().text();
            flatten(name.isEmpty() ? key : name + '.' + key, entry.value());
          }
        }
        case Node.Sequence list when name.isEmpty() -> fault(list.place(), MAPPING);
        case Node.Sequence list -> {
          for (int i = 0; i < list.items().size(); i++) {
            flatten(name + '[' + i + ']', list.items().get(i));
          }
        }
        case Node.Refused _ -> faulty = true;
      }
    }

    void add(String name, String value, Place place) {
      // Spring Cloud Gateway evaluates `#{…}` in an argument as a program.
      if (value.contains("#{")) {
        fault(place, "'#{' in an argument: expressions in SpEL are never evaluated");
      }
      values.put(name, value);
      places.put(name, place);
    }

    private void fault(Place place, String why) {
      findings.problem(place, why);
      faulty = true;
    }
  }
}
