/// The public port: TLS, ALPN, HTTP/1.1 and HTTP/2, framing and abuse guards. What arrives here is
/// either a well-formed head, handed to an [io.sallyport.edge.ExchangeHandler], or a head that must
/// not be understood, handed to the same one to be refused and recorded. Nothing is repaired, and
/// nothing is answered here.
///
/// The tour: [ListenerSettings] (every bound and its default), [Listener] (ports, life and drain),
/// [Certificates] and [SniChooser] (which certificate), [H1Decoder] (what of HTTP/1.1 is malformed
/// beyond what Netty refuses), [H1Connection] and [H1Exchange], [H2Head] (what of HTTP/2 is
/// malformed), [H2Connection] and [H2Exchange], [RedirectToHttps] (the other port).
///
/// No decision about a request is taken here. Imports `edge`, `admission` (the view of a head),
/// `wire`, `policy` and `routing` words, and Netty.
@NullMarked
package io.sallyport.listener;

import org.jspecify.annotations.NullMarked;
