package io.sallyport.snapshot;

import io.sallyport.bundle.pack.PackedBundle;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which bundles this gateway takes at all, before it looks at what they mean.
///
/// @param trusted keys of which one must have signed a bundle; none: nothing need be signed
/// @param gateway this gateway's version
public record Seals(List<PublicKey> trusted, String gateway) {
  /// Takes everything.
  public static final Seals NONE = new Seals(List.of(), "99999");

  public Seals {
    trusted = List.copyOf(trusted);
  }

  /// Why a bundle is not taken; empty when it is.
  ///
  /// @param packed null: a folder
  /// @param running the packed bundle that is in force, or was before a restart; null: there is
  ///   none, or a folder
  Optional<String> objection(@Nullable PackedBundle packed, @Nullable PackedBundle running) {
    if (packed != null && !packed.isFor(gateway)) {
      return Optional.of(
          "it is for gateways from %s on; this is %s".formatted(packed.minimumGateway(), gateway));
    }
    if (trusted.isEmpty()) {
      return Optional.empty();
    }
    if (packed == null) {
      return Optional.of(
          "a folder is not signed; with sallyport.bundle.trusted-keys only signed bundle files serve");
    }
    Optional<String> unsigned = packed.objection(trusted);
    if (unsigned.isPresent()) {
      return unsigned;
    }
    if (running == null || running.isSameAs(packed)) {
      return Optional.empty();
    }
    if (packed.version() <= running.version()) {
      return Optional.of(
          "its version %d is not later than %d, which is in force"
              .formatted(packed.version(), running.version()));
    }
    return Optional.empty();
  }
}
