package io.sallyport.loadtest.generator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Bearer tokens that are shown in turn, round and round, or none at all. All are held in memory.
final class Tokens {
  // RFC 6750, 2.1.
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]{1,8192}=*");

  private final List<byte[]> all;
  private int next;

  private Tokens(List<byte[]> all) {
    this.all = all;
  }

  static Tokens none() {
    return new Tokens(List.of());
  }

  /// Reads a file with a token on each line.
  ///
  /// @throws IllegalArgumentException when a line is not a token, or there is none
  static Tokens in(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file, StandardCharsets.US_ASCII)) {
      List<byte[]> all = lines.map(line -> token(file, line)).toList();
      if (all.isEmpty()) {
        throw new IllegalArgumentException(file + ": no tokens");
      }
      return new Tokens(all);
    }
  }

  private static byte[] token(Path file, String line) {
    if (!TOKEN.matcher(line).matches()) {
      throw new IllegalArgumentException(file + ": a line is not a bearer token");
    }
    return line.getBytes(StandardCharsets.US_ASCII);
  }

  byte @Nullable [] next() {
    if (all.isEmpty()) {
      return null;
    }
    byte[] token = all.get(next);
    next = next + 1 < all.size() ? next + 1 : 0;
    return token;
  }
}
