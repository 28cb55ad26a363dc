package io.sallyport.loadtest;

import io.sallyport.loadtest.measure.Protocol;
import io.sallyport.loadtest.proxy.Service;
import io.sallyport.loadtest.proxy.Variant;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// What is asked of the gateway while a profile is taken.
enum ProfiledWork {
  H1_1K(Protocol.H1, "/1k", Service.CHECKS),
  H2_1K(Protocol.H2, "/1k", Service.CHECKS),
  H1_64K(Protocol.H1, "/64k", Service.CHECKS),
  H2_64K(Protocol.H2, "/64k", Service.CHECKS),
  H1_1K_FILTERED(Protocol.H1, "/1k", Service.FILTERED),
  H2_1K_FILTERED(Protocol.H2, "/1k", Service.FILTERED);

  private final Protocol protocol;
  private final String path;
  private final Service service;

  ProfiledWork(Protocol protocol, String path, Service service) {
    this.protocol = protocol;
    this.path = path;
    this.service = service;
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

  Service service() {
    return service;
  }

  /// What a gateway must be that offers it.
  Variant variant() {
    return service == Service.FILTERED ? Variant.FILTERED : Variant.PLAIN;
  }

  /// As many requests as take about as long as so many of 1 KiB.
  int requests(int small) {
    return path.endsWith("64k") ? small / 4 : small;
  }
}
