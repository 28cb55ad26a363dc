package io.sallyport.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.bundle.pack.PackedBundle;
import io.sallyport.bundle.pack.SigningKey;
import io.sallyport.snapshot.Snapshots.Readiness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a bundle is made into here: the text of its one file; a text with `bad` in it is refused.
final class SnapshotsTest {
  private static final String FILE = "routes/a.yaml";

  @TempDir Path temp;

  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

  @Test
  void aChangeThatIsGoodTakesEffect() throws Exception {
    write("one");
    try (var snapshots = open(null)) {
      assertThat(snapshots.current()).isEqualTo("one");
      assertThat(next()).isEqualTo("loaded one");

      write("two");

      assertThat(next()).isEqualTo("loaded two after one");
      assertThat(snapshots.current()).isEqualTo("two");
    }
  }

  @Test
  void aBadChangeIsToldOnceAndTheOneInForceStays() throws Exception {
    write("one");
    try (var snapshots = open(null)) {
      next();

      write("bad");

      assertThat(next()).isEqualTo("refused [bad file]");
      assertThat(snapshots.current()).isEqualTo("one");

      write("three");

      assertThat(next()).isEqualTo("loaded three after one");
    }
  }

  @Test
  void aFolderThatIsGoneKeepsTheOneInForce() throws Exception {
    write("one");
    try (var snapshots = open(null)) {
      next();

      Files.move(folder(), temp.resolve("away"));

      assertThat(next()).startsWith("refused").contains("no such folder");
      assertThat(snapshots.current()).isEqualTo("one");
    }
  }

  @Test
  void aKubernetesSwapOfItsDataLinkIsSeen() throws Exception {
    generation("..one", "one");
    generation("..two", "two");
    Files.createDirectories(folder());
    Files.createSymbolicLink(folder().resolve("..data"), Path.of("..one"));
    Files.createSymbolicLink(folder().resolve("routes"), Path.of("..data", "routes"));
    try (var snapshots = open(null)) {
      assertThat(snapshots.current()).isEqualTo("one");
      next();

      Files.createSymbolicLink(folder().resolve("..fresh"), Path.of("..two"));
      Files.move(
          folder().resolve("..fresh"),
          folder().resolve("..data"),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);

      assertThat(next()).isEqualTo("loaded two after one");
    }
  }

  @Test
  void aRestartWithABadBundleServesTheLastGoodOne() throws Exception {
    write("one");
    open(temp.resolve("kept")).close();
    write("bad");
    events.clear();

    try (var snapshots = open(temp.resolve("kept"))) {
      assertThat(snapshots.current()).isEqualTo("one");
      assertThat(next()).isEqualTo("last good one because [bad file]");

      write("two");

      assertThat(next()).isEqualTo("loaded two after one");
    }
  }

  @Test
  void aRestartWithoutABundleServesTheLastGoodOne() throws Exception {
    write("one");
    open(temp.resolve("kept")).close();
    Files.move(folder(), temp.resolve("away"));

    try (var snapshots = open(temp.resolve("kept"))) {
      assertThat(snapshots.current()).isEqualTo("one");
    }
  }

  @Test
  void aBadBundleWithoutALastGoodOneIsNoStart() throws Exception {
    write("bad");

    assertThatThrownBy(() -> open(null))
        .isInstanceOf(Snapshots.NoBundle.class)
        .hasMessage("bad file");
    assertThatThrownBy(() -> open(temp.resolve("never-filled")))
        .isInstanceOf(Snapshots.NoBundle.class)
        .hasMessage("bad file");
  }

  @Test
  void aLinkThatLeadsOutOfTheBundleIsRefused() throws Exception {
    write("one");
    Files.writeString(temp.resolve("secret"), "secret");
    Files.createSymbolicLink(folder().resolve("routes/b.yaml"), temp.resolve("secret"));

    assertThatThrownBy(() -> open(null)).hasMessageContaining("leads out of the bundle");
  }

  @Test
  void aJudgeThatThrowsDoesNotEndTheWatch() throws Exception {
    write("one");
    try (var snapshots = open(null)) {
      next();

      write("throw");
      assertThat(next()).startsWith("refused").contains("on purpose");

      write("two");
      assertThat(next()).isEqualTo("loaded two after one");
      assertThat(snapshots.current()).isEqualTo("two");
    }
  }

  @Test
  void aPackedFileServesLikeAFolder() throws Exception {
    packed("one", 1, null);
    try (var snapshots = open(file(), temp.resolve("kept"), Seals.NONE)) {
      assertThat(next()).isEqualTo("loaded one");
      packed("two", 0, null);
      assertThat(next()).isEqualTo("loaded two after one");
      Files.writeString(file(), "no zip");
      assertThat(next()).startsWith("refused").contains("it is no packed bundle");
      assertThat(snapshots.current()).isEqualTo("two");
    }
    try (var snapshots = open(file(), temp.resolve("kept"), Seals.NONE)) {
      assertThat(snapshots.current()).isEqualTo("two");
    }
  }

  @Test
  void withTrustedKeysOnlyWhatIsSignedAndLaterServes() throws Exception {
    var ours = SigningKey.generate();
    var theirs = SigningKey.generate();
    var seals = new Seals(List.of(publicKey(ours)), "1.0");
    packed("one", 5, ours);
    try (var snapshots = open(file(), temp.resolve("kept"), seals)) {
      assertThat(next()).isEqualTo("loaded one");

      packed("unsigned", 6, null);
      assertThat(next()).startsWith("refused").contains("it is not signed");
      packed("theirs", 6, theirs);
      assertThat(next()).contains("is not one of a trusted key");
      packed("older", 4, ours);
      assertThat(next()).contains("its version 4 is not later than 5, which is in force");
      packed("other", 5, ours);
      assertThat(next()).contains("its version 5 is not later than 5");
      packed("two", 6, ours);
      assertThat(next()).isEqualTo("loaded two after one");
      assertThat(snapshots.current()).isEqualTo("two");
    }

    // An older one, put there while the gateway was down, is no way back.
    packed("one", 5, ours);
    events.clear();
    try (var snapshots = open(file(), temp.resolve("kept"), seals)) {
      assertThat(snapshots.current()).isEqualTo("two");
      assertThat(next()).startsWith("last good two").contains("is not later than 6");
    }
  }

  @Test
  void withTrustedKeysALastGoodBundleThatIsBrokenIsNoWayBack() throws Exception {
    var ours = SigningKey.generate();
    var seals = new Seals(List.of(publicKey(ours)), "1.0");
    packed("two", 6, ours);
    open(file(), temp.resolve("kept"), seals).close();
    Files.writeString(temp.resolve("kept/bundle.zip"), "");
    packed("one", 5, ours);

    assertThatThrownBy(() -> open(file(), temp.resolve("kept"), seals))
        .isInstanceOf(Snapshots.NoBundle.class)
        .hasMessageContaining("nobody can tell whether another is older");
    open(file(), temp.resolve("kept"), Seals.NONE).close();
  }

  @Test
  void withTrustedKeysNeitherAFolderNorWhatWasKeptOfOneServes() throws Exception {
    write("one");
    open(temp.resolve("kept")).close();
    var seals = new Seals(List.of(publicKey(SigningKey.generate())), "1.0");

    assertThatThrownBy(() -> open(folder(), temp.resolve("kept"), seals))
        .isInstanceOf(Snapshots.NoBundle.class)
        .hasMessageContaining("a folder is not signed")
        .hasMessageContaining("the last good bundle: it is not signed");
  }

  @Test
  void aBundleForLaterGatewaysIsRefused() throws Exception {
    packed("one", 1, null);

    assertThatThrownBy(() -> open(file(), null, new Seals(List.of(), "0.9")))
        .hasMessageContaining("it is for gateways from 1.0 on; this is 0.9");
  }

  private Path file() {
    return temp.resolve("orders.bundle");
  }

  private PublicKey publicKey(SigningKey.Pair pair) throws Exception {
    return SigningKey.publicKey(Files.writeString(temp.resolve("key.pub"), pair.publicPem()));
  }

  private void packed(String text, long version, SigningKey.@Nullable Pair key) throws Exception {
    var files = new TreeMap<String, byte[]>();
    files.put(FILE, text.getBytes(StandardCharsets.UTF_8));
    var packed = PackedBundle.pack(files, version, "1.0");
    if (key != null) {
      var secret = Files.writeString(temp.resolve("key"), key.privatePem());
      packed = packed.signedWith(SigningKey.privateKey(secret), publicKey(key));
    }
    var fresh = Files.write(temp.resolve("fresh"), packed.bytes());
    Files.move(fresh, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private Snapshots<String> open(Path path, @Nullable Path lastGood, Seals seals) {
    return new Snapshots<>(
        new Snapshots.Source(path, lastGood, Duration.ofMillis(20), Duration.ofMillis(20), seals),
        SnapshotsTest::judge,
        new Told(events));
  }

  private Snapshots<String> open(@Nullable Path lastGood) {
    var source =
        new Snapshots.Source(
            folder(), lastGood, Duration.ofMillis(20), Duration.ofMillis(20), Seals.NONE);
    return new Snapshots<>(source, SnapshotsTest::judge, new Told(events));
  }

  private static Readiness<String> judge(SortedMap<String, byte[]> files) {
    var content = files.get(FILE);
    if (content == null) {
      return new Readiness.Refused<>(List.of("no file"));
    }
    var text = new String(content, StandardCharsets.UTF_8);
    if (text.equals("throw")) {
      throw new IllegalStateException("on purpose");
    }
    return text.contains("bad")
        ? new Readiness.Refused<>(List.of("bad file"))
        : new Readiness.Ready<>(text, () -> {});
  }

  private Path folder() {
    return temp.resolve("bundle");
  }

  private void write(String text) throws IOException {
    var file = folder().resolve(FILE);
    Files.createDirectories(file.getParent());
    var fresh = Files.writeString(temp.resolve("fresh"), text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void generation(String name, String text) throws IOException {
    var file = folder().resolve(name).resolve(FILE);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private String next() throws InterruptedException {
    return String.valueOf(events.poll(10, TimeUnit.SECONDS));
  }

  private record Told(BlockingQueue<String> events) implements SnapshotEvents<String> {
    @Override
    public void loaded(String now, @Nullable String before) {
      events.add("loaded " + now + (before == null ? "" : " after " + before));
    }

    @Override
    public void refused(List<String> problems) {
      events.add("refused " + problems);
    }

    @Override
    public void servingLastGood(String lastGood, List<String> problems) {
      events.add("last good " + lastGood + " because " + problems);
    }

    @Override
    public void notKept(String why) {
      events.add("not kept " + why);
    }
  }
}
