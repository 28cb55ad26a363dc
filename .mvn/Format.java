import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Formats the Java sources below a folder (`apply`), or fails when one is not formatted (`check`).
/// A stamp file remembers the last clean run, so that an unchanged tree costs nothing.
final class Format {
  public static void main(String[] args) throws Exception {
    boolean check = args[0].equals("check");
    Path stamp = Path.of(args[1]);
    Path root = Path.of(args[2]);
    if (!Files.isDirectory(root)) {
      return;
    }
    long since = !check && Files.exists(stamp) ? Files.getLastModifiedTime(stamp).toMillis() : 0;
    List<Path> sources = new ArrayList<>();
    try (var walk = Files.walk(root)) {
      for (Path path : (Iterable<Path>) walk.filter(p -> p.toString().endsWith(".java"))::iterator) {
        if (Files.getLastModifiedTime(path).toMillis() >= since) {
          sources.add(path);
        }
      }
    }
    AtomicInteger wrong = new AtomicInteger();
    sources.parallelStream().forEach(path -> {
      try {
        String before = Files.readString(path);
        var formatter = new Formatter(JavaFormatterOptions.defaultOptions());
        String after = formatter.formatSource(
            ImportOrderer.reorderImports(
                RemoveUnusedImports.removeUnusedImports(before), JavaFormatterOptions.Style.GOOGLE));
        if (!after.equals(before)) {
          wrong.incrementAndGet();
          if (check) {
            System.err.println("not formatted: " + path);
          } else {
            Files.writeString(path, after);
            System.out.println("formatted " + root.relativize(path));
          }
        }
      } catch (Exception e) {
        wrong.incrementAndGet();
        System.err.println("cannot be formatted: " + path + ": " + e.getMessage());
      }
    });
    if (check && wrong.get() > 0) {
      System.err.println("run: mvn process-sources");
      System.exit(1);
    }
    Files.createDirectories(stamp.getParent());
    Files.writeString(stamp, "");
  }
}
