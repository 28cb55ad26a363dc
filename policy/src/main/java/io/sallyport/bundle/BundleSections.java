package io.sallyport.bundle;

import io.sallyport.bundle.format.Kinds;
import io.sallyport.bundle.format.Section;
import io.sallyport.bundle.format.Shape;
import io.sallyport.bundle.format.Shapes;
import io.sallyport.bundle.source.Findings;
import io.sallyport.bundle.source.Node;
import io.sallyport.bundle.source.SourceFile;
import io.sallyport.bundle.source.YamlReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The files of a bundle, each held against the shape of its kind.
final class BundleSections {
  private final Findings findings;
  private final Map<String, List<Section>> read = new HashMap<>();
  private final Set<String> unreadable = new HashSet<>();
  private final List<Bundle.Source> sources = new ArrayList<>();

  private BundleSections(Findings findings) {
    this.findings = findings;
  }

  static BundleSections read(BundleFiles files, Findings findings) {
    BundleSections sections = new BundleSections(findings);
    sections.read(files);
    return sections;
  }

  /// Every file of this folder that could be read.
  List<Section> files(String folder) {
    return read.getOrDefault(folder, List.of());
  }

  /// Every section below this field of every file of this folder.
  List<Section> parts(String folder, String field) {
    return files(folder).stream().flatMap(file -> file.sections(field).stream()).toList();
  }

  /// Whether every file of this folder could be read.
  boolean complete(String folder) {
    return !unreadable.contains(folder);
  }

  boolean complete() {
    return unreadable.isEmpty();
  }

  List<Bundle.Source> sources() {
    return sources;
  }

  private void read(BundleFiles files) {
    files
        .files()
        .forEach(
            (path, content) -> {
              String folder = path.substring(0, path.indexOf('/'));
              Optional<Section> metadata = Optional.empty();
              if (!folder.equals("keys")) {
                Optional<Section> section = file(path, content, folder);
                section.ifPresentOrElse(
                    file -> read.computeIfAbsent(folder, _ -> new ArrayList<>()).add(file),
                    () -> unreadable.add(folder));
                metadata = section.flatMap(read -> Optional.ofNullable(read.section("metadata")));
              }
              sources.add(
                  new Bundle.Source(
                      path,
                      BundleFiles.hash(content),
                      metadata.map(read -> read.text("owner", "")).orElse(""),
                      metadata.map(read -> read.text("change", "")).orElse("")));
            });
  }

  private Optional<Section> file(String path, byte[] content, String folder) {
    Shape.Fields shape = Kinds.files().get(folder);
    if (shape == null) {
      throw new IllegalStateException("a folder that is not of a bundle: " + folder);
    }
    Optional<SourceFile> text = SourceFile.decode(path, content, findings);
    Optional<Node> tree = text.flatMap(file -> YamlReader.read(file, findings));
    if (tree.isPresent() && belongsElsewhere(tree.get(), folder)) {
      return Optional.empty();
    }
    return tree.map(node -> Shapes.check(node, shape, "the file", findings))
        .filter(Section.class::isInstance)
        .map(Section.class::cast);
  }

  private boolean belongsElsewhere(Node file, String folder) {
    if (!(file instanceof Node.Mapping mapping)) {
      return false;
    }
    for (Node.Entry entry : mapping.entries()) {
      if (entry.key().text().equals("kind") && entry.value() instanceof Node.Scalar kind) {
        String other = kind.text().toLowerCase(Locale.ROOT);
        if (Kinds.files().containsKey(other) && !other.equals(folder)) {
          findings.problem(
              kind.place(),
              "a file of kind '%s' belongs in the folder %s".formatted(kind.text(), other));
          return true;
        }
      }
    }
    return false;
  }
}
