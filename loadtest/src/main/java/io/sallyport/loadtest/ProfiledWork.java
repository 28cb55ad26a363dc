package io.sallyport.loadtest;

import io.sallyport.loadtest.measure.Protocol;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// What is asked of the gateway while a profile is taken.
enum ProfiledWork {
  H1_1K(Protocol.H1, "/1k"),
  H2_1K(Protocol.H2, "/1k"),
  H1_64K(Protocol.H1, "/64k"),
  H2_64K(Protocol.H2, "/64k");

  private final Protocol protocol;
  private final String path;

  ProfiledWork(Protocol protocol, String path) {
    this.protocol = protocol;
    this.path = path;
  }

  /// @throws IllegalArgumentException with the words there are
  static ProfiledWork named(String word) {
    return Arrays.stream(values())
        .filter(work -> work.label().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--work is one of "
                        + Arrays.stream(values())
                            .map(ProfiledWork::label)
                            .collect(Collectors.joining(", "))
                        + ", not "
                        + word));
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  Protocol protocol() {
    return protocol;
  }

  String path() {
    return path;
  }

  /// As many requests as take about as long as so many of 1 KiB.
  int requests(int small) {
    return path.endsWith("64k") ? small / 4 : small;
  }
}
