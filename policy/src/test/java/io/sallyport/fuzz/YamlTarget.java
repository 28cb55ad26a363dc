package io.sallyport.fuzz;

import io.sallyport.bundle.format.Kinds;
import io.sallyport.bundle.format.Shapes;
import io.sallyport.bundle.source.Findings;
import io.sallyport.bundle.source.Problem;
import io.sallyport.bundle.source.SourceFile;
import io.sallyport.bundle.source.YamlReader;

/// Whatever bytes a file has, reading them ends, with a document or with problems that can be
/// shown.
public final class YamlTarget {
  private YamlTarget() {}

  public static void fuzzerTestOneInput(byte[] input) {
    Findings findings = new Findings();
    SourceFile.decode("routes/fuzzed.yaml", input, findings)
        .flatMap(file -> YamlReader.read(file, findings))
        .ifPresent(
            node ->
                Kinds.files()
                    .values()
                    .forEach(shape -> Shapes.check(node, shape, "the file", findings)));
    findings.problems().forEach(Problem::render);
  }
}
