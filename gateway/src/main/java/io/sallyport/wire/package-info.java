/// What every room that touches a socket shares: the event loops, the TLS provider, and writes that
/// are flushed once per turn of the loop. The tour: [Transport], [TlsProvider], [EndOfTurnFlush],
/// [WriteBatch] (small writes become one buffer for TLS), [Http1Bytes] (how HTTP/1.1 is spelt).
///
/// Understands no protocol above TLS; imports Netty and the JDK, and no other room.
@NullMarked
package io.sallyport.wire;

import org.jspecify.annotations.NullMarked;
