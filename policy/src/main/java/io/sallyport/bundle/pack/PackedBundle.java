package io.sallyport.bundle.pack;

import io.sallyport.bundle.BundleFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/// A bundle as one file: a zip whose first entry is a manifest that names every other by its
/// SHA-256, and, once signed, a signature over that manifest. The same files, version and key make
/// the same bytes.
///
/// The manifest is text:
///
/// ```
/// sallyport-bundle 1
/// version 1764072000
/// minimum-gateway 0.1.0
/// e3b0c4…  policies/orders.yaml
/// ```
public final class PackedBundle {
  /// Of a packed file, bytes.
  public static final long MOST_BYTES = BundleFiles.MAX_TOTAL_BYTES + (1 << 20);

  private static final String MANIFEST = "MANIFEST";
  private static final String SIGNATURE = "SIGNATURE";
  private static final String FORMAT = "sallyport-bundle 1";
  private static final int MOST_MANIFEST_BYTES = 1 << 20;
  private static final Pattern FILE = Pattern.compile("([0-9a-f]{64}) {2}([^\\p{Cntrl}]{1,300})");
  private static final Pattern VERSION = Pattern.compile("version ([1-9][0-9]{0,17}|0)");
  private static final Pattern MINIMUM =
      Pattern.compile("minimum-gateway ([0-9]{1,5}(?:\\.[0-9]{1,5}){0,3})");
  private static final Pattern SIGNED =
      Pattern.compile("ed25519 ([0-9a-f]{16}) ([A-Za-z0-9+/]{86}==)\n");

  /// A zip cannot be without a time; this is the first one that it can have.
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final long version;
  private final String minimumGateway;
  private final SortedMap<String, byte[]> files;
  private final byte[] manifest;
  private final @Nullable Seal seal;

  /// @param key id of the key
  /// @param signature in Base64
  private record Seal(String key, String signature) {
    byte[] bytes() {
      return Base64.getDecoder().decode(signature);
    }
  }

  private PackedBundle(
      long version,
      String minimumGateway,
      SortedMap<String, byte[]> files,
      byte[] manifest,
      @Nullable Seal seal) {
    this.version = version;
    this.minimumGateway = minimumGateway;
    this.files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    this.manifest = manifest;
    this.seal = seal;
  }

  /// Packs the files that belong to a bundle; others are left out.
  ///
  /// @param version not negative; of two bundles the later has the larger
  /// @param minimumGateway the oldest gateway that understands it, such as `1.2`
  public static PackedBundle pack(
      SortedMap<String, byte[]> files, long version, String minimumGateway) throws Unusable {
    SortedMap<String, byte[]> belonging = new TreeMap<>(files);
    belonging.keySet().removeIf(path -> !BundleFiles.belongs(path));
    StringBuilder manifest = new StringBuilder();
    manifest.append(FORMAT).append('\n');
    manifest.append("version ").append(version).append('\n');
    manifest.append("minimum-gateway ").append(minimumGateway).append('\n');
    belonging.forEach(
        (path, content) ->
            manifest.append(BundleFiles.hash(content)).append("  ").append(path).append('\n'));
    byte[] bytes = manifest.toString().getBytes(StandardCharsets.UTF_8);
    return read(bytes, null, belonging);
  }

  /// Reads a packed file. It is whole: every file that the manifest names is there as it says, and
  /// no other.
  public static PackedBundle open(byte[] packed) throws Unusable {
    byte @Nullable [] manifest = null;
    byte @Nullable [] signature = null;
    SortedMap<String, byte[]> files = new TreeMap<>();
    long total = 0;
    try (var zip = new ZipInputStream(new ByteArrayInputStream(packed), StandardCharsets.UTF_8)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        int most =
            entry.getName().equals(MANIFEST) ? MOST_MANIFEST_BYTES : BundleFiles.MAX_FILE_BYTES;
        byte[] content = zip.readNBytes(most + 1);
        total += content.length;
        if (content.length > most || total > MOST_BYTES || files.size() > BundleFiles.MAX_FILES) {
          throw new Unusable("it holds more than a bundle may");
        }
        boolean twice =
            switch (entry.getName()) {
              case MANIFEST -> {
                boolean again = manifest != null;
                manifest = content;
                yield again;
              }
              case SIGNATURE -> {
                boolean again = signature != null;
                signature = content;
                yield again;
              }
              default -> files.put(entry.getName(), content) != null;
            };
        if (twice) {
          throw new Unusable("it holds '" + entry.getName() + "' twice");
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new Unusable("it is no packed bundle: " + e.getMessage());
    }
    if (manifest == null) {
      throw new Unusable("it is no packed bundle: there is no manifest");
    }
    return read(manifest, signature, files);
  }

  private static PackedBundle read(
      byte[] manifest, byte @Nullable [] signature, SortedMap<String, byte[]> files)
      throws Unusable {
    List<String> lines = new String(manifest, StandardCharsets.UTF_8).lines().toList();
    if (lines.size() < 3 || !lines.getFirst().equals(FORMAT)) {
      throw new Unusable("its manifest is not of a kind that this gateway knows");
    }
    String version = only(VERSION, lines.get(1), "version");
    String minimum = only(MINIMUM, lines.get(2), "minimum-gateway");
    SortedMap<String, String> hashes = new TreeMap<>();
    for (String line : lines.subList(3, lines.size())) {
      Matcher file = FILE.matcher(line);
      if (!file.matches() || hashes.put(file.group(2), file.group(1)) != null) {
        throw new Unusable("its manifest has a line that cannot be: '" + line + "'");
      }
    }
    for (var file : files.entrySet()) {
      String hash = hashes.get(file.getKey());
      if (hash == null) {
        throw new Unusable("'" + file.getKey() + "' is not in its manifest");
      }
      if (!hash.equals(BundleFiles.hash(file.getValue()))) {
        throw new Unusable("'" + file.getKey() + "' is not what its manifest says");
      }
    }
    for (String path : hashes.keySet()) {
      if (!files.containsKey(path)) {
        throw new Unusable("'" + path + "' is missing");
      }
    }
    return new PackedBundle(
        Long.parseLong(version),
        minimum,
        files,
        manifest,
        signature == null ? null : seal(signature));
  }

  private static String only(Pattern pattern, String line, String what) throws Unusable {
    Matcher matcher = pattern.matcher(line);
    if (!matcher.matches()) {
      throw new Unusable("its manifest has no " + what + " where it belongs: '" + line + "'");
    }
    return matcher.group(1);
  }

  private static Seal seal(byte[] signature) throws Unusable {
    Matcher matcher = SIGNED.matcher(new String(signature, StandardCharsets.UTF_8));
    if (!matcher.matches()) {
      throw new Unusable("its signature is not well-formed");
    }
    return new Seal(matcher.group(1), matcher.group(2));
  }

  /// The same, signed; a signature that was there is replaced.
  ///
  /// @throws Unusable when the two keys do not belong together
  public PackedBundle signedWith(PrivateKey key, PublicKey itsPublic) throws Unusable {
    byte[] signature = SigningKey.sign(manifest, key);
    if (!SigningKey.isSigned(manifest, signature, itsPublic)) {
      throw new Unusable("the two keys do not belong together");
    }
    return new PackedBundle(
        version,
        minimumGateway,
        files,
        manifest,
        new Seal(SigningKey.id(itsPublic), Base64.getEncoder().encodeToString(signature)));
  }

  /// The id of the key, of these, that signed it; empty when none did.
  public Optional<String> signer(Collection<PublicKey> keys) {
    Seal there = seal;
    return there == null
        ? Optional.empty()
        : keys.stream()
            .filter(key -> SigningKey.isSigned(manifest, there.bytes(), key))
            .map(SigningKey::id)
            .findFirst();
  }

  /// Why it is not one that a key of these has signed, for people; empty when it is.
  public Optional<String> objection(Collection<PublicKey> keys) {
    if (seal == null) {
      return Optional.of("it is not signed");
    }
    return signer(keys).isPresent()
        ? Optional.empty()
        : Optional.of("the signature by key " + seal.key() + " is not one of a trusted key");
  }

  /// The file.
  public byte[] bytes() {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out, StandardCharsets.UTF_8)) {
      put(zip, MANIFEST, manifest);
      if (seal != null) {
        String line = "ed25519 %s %s\n".formatted(seal.key(), seal.signature());
        put(zip, SIGNATURE, line.getBytes(StandardCharsets.UTF_8));
      }
      for (var file : files.entrySet()) {
        put(zip, file.getKey(), file.getValue());
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot fail", e);
    }
    return out.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    var entry = new ZipEntry(name);
    entry.setTimeLocal(NO_TIME);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  /// Contents by path, with slashes.
  public SortedMap<String, byte[]> files() {
    return files;
  }

  /// Whether another is of the same files, version and minimum, whoever signed it.
  public boolean isSameAs(PackedBundle other) {
    return Arrays.equals(manifest, other.manifest);
  }

  public long version() {
    return version;
  }

  public String minimumGateway() {
    return minimumGateway;
  }

  /// Whether a gateway of this version understands it: `1.2.3`, with anything after a hyphen.
  public boolean isFor(String gateway) {
    int[] wanted = numbers(minimumGateway);
    int[] is = numbers(gateway);
    for (int i = 0; i < Math.max(wanted.length, is.length); i++) {
      int difference =
          Integer.compare(i < is.length ? is[i] : 0, i < wanted.length ? wanted[i] : 0);
      if (difference != 0) {
        return difference > 0;
      }
    }
    return true;
  }

  private static int[] numbers(String version) {
    String release = version.split("-", 2)[0];
    return release.matches("[0-9]{1,5}(\\.[0-9]{1,5})*")
        ? Pattern.compile("\\.").splitAsStream(release).mapToInt(Integer::parseInt).toArray()
        : new int[0];
  }
}
