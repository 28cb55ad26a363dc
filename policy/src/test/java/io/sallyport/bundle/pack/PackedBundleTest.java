package io.sallyport.bundle.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A packed bundle is whole and signed, or it is not used.
final class PackedBundleTest {
  @TempDir Path folder;

  private PrivateKey key;
  private PublicKey trusted;
  private PublicKey stranger;

  @BeforeEach
  void keys() throws Exception {
    var ours = SigningKey.generate();
    key = SigningKey.privateKey(file("ours.key", ours.privatePem()));
    trusted = SigningKey.publicKey(file("ours.pub", ours.publicPem()));
    stranger = SigningKey.publicKey(file("other.pub", SigningKey.generate().publicPem()));
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static SortedMap<String, byte[]> files() {
    return new TreeMap<>(
        Map.of(
            "routes/orders.yaml", bytes("kind: Routes\n"),
            "policies/größe und preis.yaml", bytes("kind: Policies\n"),
            "keys/partners.json", bytes("{}")));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private byte[] signed() throws Unusable {
    return PackedBundle.pack(files(), 17, "1.2").signedWith(key, trusted).bytes();
  }

  @Test
  void whatWasPackedAndSignedComesBack() throws Exception {
    PackedBundle packed = PackedBundle.open(signed());

    assertThat(packed.version()).isEqualTo(17);
    assertThat(packed.minimumGateway()).isEqualTo("1.2");
    assertThat(packed.files().keySet()).isEqualTo(files().keySet());
    assertThat(packed.files().get("routes/orders.yaml")).isEqualTo(bytes("kind: Routes\n"));
    assertThat(packed.signer(List.of(stranger, trusted))).contains(SigningKey.id(trusted));
    assertThat(packed.objection(List.of(trusted))).isEmpty();
  }

  @Test
  void whatDoesNotBelongToABundleIsLeftOut() throws Exception {
    SortedMap<String, byte[]> more = files();
    more.put("MANIFEST", bytes("mine"));
    more.put("SIGNATURE", bytes("mine"));
    more.put("notes/large.bin", new byte[2 << 20]);

    PackedBundle packed = PackedBundle.open(PackedBundle.pack(more, 1, "1").bytes());
    assertThat(packed.files().keySet()).isEqualTo(files().keySet());
  }

  @Test
  void theSameMakesTheSameBytes() throws Exception {
    assertThat(signed()).isEqualTo(signed());
  }

  @Test
  void anotherKeyOrNoneIsNoSigner() throws Exception {
    assertThat(PackedBundle.open(signed()).signer(List.of(stranger))).isEmpty();
    assertThat(PackedBundle.pack(files(), 1, "1").signer(List.of(trusted))).isEmpty();
    assertThatThrownBy(() -> PackedBundle.pack(files(), 1, "1").signedWith(key, stranger))
        .hasMessage("the two keys do not belong together");
  }

  @Test
  void whateverIsChangedIsNoticed() throws Exception {
    refused(
        entries -> entries.put("routes/orders.yaml", bytes("kind: Routes\n#\n")),
        "'routes/orders.yaml' is not what its manifest says");
    refused(entries -> entries.remove("keys/partners.json"), "'keys/partners.json' is missing");
    refused(entries -> entries.put("keys/more.json", bytes("{}")), "is not in its manifest");
    refused(entries -> entries.remove("MANIFEST"), "there is no manifest");
    refused(entries -> entries.put("MANIFEST", bytes("sallyport-bundle 2\n\n\n")), "not of a kind");
    refused(entries -> entries.put("SIGNATURE", bytes("none")), "its signature is not well-formed");
    refused(
        entries ->
            entries.compute(
                "MANIFEST",
                (_, text) ->
                    bytes(new String(text, StandardCharsets.UTF_8) + "../../etc/passwd\n")),
        "a line that cannot be");
  }

  /// The manifest changed together with a file: whole, and signed by nobody.
  @Test
  void aSignatureIsOfOneManifestOnly() throws Exception {
    byte[] other =
        PackedBundle.pack(new TreeMap<>(Map.of("routes/b.yaml", bytes("x"))), 18, "1.2").bytes();
    Map<String, byte[]> entries = entries(other);
    entries.put("SIGNATURE", entries(signed()).get("SIGNATURE"));

    assertThat(PackedBundle.open(zip(entries)).signer(List.of(trusted))).isEmpty();
  }

  @Test
  void noByteOfTheFileCanBeFlippedUnnoticed() throws Exception {
    byte[] good = signed();
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      byte[] flipped = good.clone();
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        PackedBundle packed = PackedBundle.open(flipped);
        // What the zip format does not check carries no meaning.
        boolean same = packed.isSameAs(PackedBundle.open(good));
        assertThat(same || packed.signer(List.of(trusted)).isEmpty()).isTrue();
      } catch (Unusable e) {
        assertThat(e.why()).isNotEmpty();
      }
    }
  }

  @Test
  void whatUnpacksToMoreThanABundleIsRefused() throws Exception {
    Map<String, byte[]> entries = entries(signed());
    entries.put("routes/large.yaml", new byte[2 << 20]);
    assertThatThrownBy(() -> PackedBundle.open(zip(entries)))
        .hasMessage("it holds more than a bundle may");

    Map<String, byte[]> many = entries(signed());
    for (int i = 0; i < 1100; i++) {
      many.put("routes/" + i + ".yaml", bytes("x"));
    }
    assertThatThrownBy(() -> PackedBundle.open(zip(many)))
        .hasMessage("it holds more than a bundle may");
    assertThatThrownBy(() -> PackedBundle.open(bytes("no zip"))).isInstanceOf(Unusable.class);
  }

  @Test
  void aGatewayThatIsTooOldIsKnown() throws Exception {
    PackedBundle packed = PackedBundle.pack(files(), 1, "1.10");

    assertThat(packed.isFor("1.10.0")).isTrue();
    assertThat(packed.isFor("1.11-SNAPSHOT")).isTrue();
    assertThat(packed.isFor("2")).isTrue();
    assertThat(packed.isFor("1.9.9")).isFalse();
    assertThat(packed.isFor("unknown")).isFalse();
  }

  @Test
  void aKeyIsAnEd25519KeyOfTheRightKind() throws Exception {
    var rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair();
    var ed448 = KeyPairGenerator.getInstance("Ed448").generateKeyPair();

    for (PublicKey other : List.of(rsa.getPublic(), ed448.getPublic())) {
      Path file = file("other.pub", pem("PUBLIC KEY", other.getEncoded()));
      assertThatThrownBy(() -> SigningKey.publicKey(file)).isInstanceOf(Unusable.class);
    }
    Path wrong = file("wrong", "-----BEGIN PRIVATE KEY-----\n%%%\n-----END PRIVATE KEY-----\n");
    assertThatThrownBy(() -> SigningKey.privateKey(wrong)).isInstanceOf(Unusable.class);
    assertThatThrownBy(() -> SigningKey.privateKey(folder.resolve("ours.pub")))
        .hasMessageEndingWith("is not one PEM block 'PRIVATE KEY'");
    assertThatThrownBy(() -> SigningKey.publicKey(folder.resolve("none")))
        .hasMessageContaining("cannot be read");
  }

  private static String pem(String type, byte[] content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, Base64.getMimeEncoder().encodeToString(content), type);
  }

  private void refused(Consumer<Map<String, byte[]>> change, String why) throws Exception {
    Map<String, byte[]> entries = entries(signed());
    change.accept(entries);
    assertThatThrownBy(() -> PackedBundle.open(zip(entries)))
        .isInstanceOf(Unusable.class)
        .hasMessageContaining(why);
  }

  private static Map<String, byte[]> entries(byte[] packed) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (var zip = new ZipInputStream(new ByteArrayInputStream(packed))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), zip.readAllBytes());
      }
    }
    return entries;
  }

  private static byte[] zip(Map<String, byte[]> entries) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      for (var entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return out.toByteArray();
  }
}
