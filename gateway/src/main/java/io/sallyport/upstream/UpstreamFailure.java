package io.sallyport.upstream;

import java.util.Objects;

/// Why a try at an endpoint failed, and whether another try is safe.
///
/// @param nothingSent no byte of the request reached the endpoint's socket, or it was refused
///   unprocessed
/// @param detail for logs and audit
public record UpstreamFailure(Kind kind, boolean nothingSent, String detail) {

  public UpstreamFailure {
    Objects.requireNonNull(kind, "kind");
  }

  public enum Kind {
    /// No connection in time, refused, or no TLS.
    CONNECT,
    /// Every connection that may be open is busy, and so is the queue. The endpoint is not to
    /// blame.
    NO_CAPACITY,
    /// The connection ended before the answer's head. On a pooled connection this is a dead
    /// keep-alive.
    RESET_BEFORE_RESPONSE,
    /// No head in time.
    FIRST_BYTE_TIMEOUT,
    /// What came is not HTTP, or the answer ended early.
    BROKEN,
    /// No byte in either direction for too long.
    IDLE_TIMEOUT
  }
}
