package io.sallyport.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The bundle that the demo serves. With the standard ports it is the one that ships, so that what
/// a person edits is what runs; otherwise it is a copy with the addresses of this run.
final class DemoBundle {
  private DemoBundle() {}

  /// @param addresses what the shipped bundle says, and what holds in this run
  /// @param copy a folder for the copy; replaced
  /// @return the folder to serve
  /// @throws DemoProblem when the shipped bundle is not there, or does not say one of the addresses
  static Path prepare(Path shipped, Map<String, String> addresses, Path copy) throws DemoProblem {
    if (!Files.isDirectory(shipped)) {
      throw new DemoProblem(
          "the demo's bundle is not at " + shipped + "; run ./sallyport from its own folder");
    }
    var changed = new TreeMap<>(addresses);
    changed.entrySet().removeIf(entry -> entry.getKey().equals(entry.getValue()));
    if (changed.isEmpty()) {
      return shipped;
    }
    try {
      empty(copy);
      var missing = new ArrayList<>(changed.keySet());
      for (Path file : files(shipped)) {
        var text = Files.readString(file);
        missing.removeIf(text::contains);
        var target = copy.resolve(shipped.relativize(file).toString());
        Files.createDirectories(target.resolveSibling("."));
        Files.writeString(target, replace(text, changed));
      }
      if (!missing.isEmpty()) {
        throw new DemoProblem(shipped + ": does not name " + missing.getFirst());
      }
      return copy;
    } catch (IOException e) {
      throw new DemoProblem("the bundle cannot be copied to " + copy + ": " + e, e);
    }
  }

  /// All at once, so that a new address is not replaced again.
  private static String replace(String text, Map<String, String> addresses) {
    var any =
        addresses.keySet().stream()
            .map(Pattern::quote)
            .collect(Collectors.joining("|", "(?:", ")(?![0-9])"));
    return Pattern.compile(any)
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(addresses.get(match.group())));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private static void empty(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    Files.createDirectories(folder);
  }
}
