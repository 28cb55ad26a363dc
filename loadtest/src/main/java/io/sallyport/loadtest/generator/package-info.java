/// Load generators that the comparison runs as processes of their own, each pinned to a core: what
/// h2load cannot do (due times, many tokens, handshakes by the count, connections that only stay).
///
/// Tour: [OpenLoop], [ClosedLoop], [Handshakes], [IdleConnections] (the programs: one JSON line on
/// standard output, all else on standard error); [Work] (what a program tells a connection to ask
/// and hears back), [Exchange] (one request), [Dialer] (TLS and sockets), [Connection] with
/// [Http1Connection] and [Http2Connection] (the least of each protocol that a client of a proxy
/// needs), [RequestBytes], [FieldBlock] and [StatusReader] (requests made once, answers read no
/// further than their status).
///
/// Everything runs on one event loop; nothing here is safe for use by several threads. It trusts
/// every certificate: it is for loopback.
@NullMarked
package io.sallyport.loadtest.generator;

import org.jspecify.annotations.NullMarked;
