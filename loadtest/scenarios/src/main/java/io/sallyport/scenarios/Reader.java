package io.sallyport.scenarios;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A caller who reads one path.
///
/// @param path with its query, as it is sent
/// @param token a bearer token, never printed; empty: nobody
record Reader(String path, Optional<String> token) {
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]+");

  /// @throws IllegalArgumentException when the path or the token cannot be sent as it is; a token
  ///   is not repeated in the message
  Reader {
    if (!path.startsWith("/") || path.startsWith("//")) {
      throw new IllegalArgumentException("--path " + path + ": begins with one /");
    }
    try {
      var uri = URI.create(path);
      if (uri.getRawFragment() != null) {
        throw new IllegalArgumentException("a fragment is not sent");
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--path " + path + ": " + e.getMessage(), e);
    }
    if (token.isPresent() && !TOKEN.matcher(token.get()).matches()) {
      throw new IllegalArgumentException("a token has characters that no bearer token has");
    }
  }

  /// Who reads what: the first path with the first token and so on; or one path with every token;
  /// or one token with every path.
  ///
  /// @throws IllegalArgumentException when there are many of both, and not as many
  static List<Reader> pair(List<String> paths, List<String> tokens) {
    if (tokens.isEmpty()) {
      return paths.stream().map(path -> new Reader(path, Optional.empty())).toList();
    }
    if (paths.size() != 1 && tokens.size() != 1 && paths.size() != tokens.size()) {
      throw new IllegalArgumentException(
          "%d paths and %d tokens: give one of either, or as many paths as tokens"
              .formatted(paths.size(), tokens.size()));
    }
    var readers = new ArrayList<Reader>();
    for (int i = 0; i < Math.max(paths.size(), tokens.size()); i++) {
      readers.add(
          new Reader(
              paths.get(Math.min(i, paths.size() - 1)),
              Optional.of(tokens.get(Math.min(i, tokens.size() - 1)))));
    }
    return List.copyOf(readers);
  }

  Optional<String> authorization() {
    return token.map("Bearer "::concat);
  }

  /// Without the token.
  @Override
  public String toString() {
    return path + (token.isPresent() ? " (with a token)" : " (nobody)");
  }
}
