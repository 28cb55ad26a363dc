/// The proxies that are compared, and what stands around them.
///
/// Tour: [Site] (certificate, tokens, backends, made anew for each run), [ProxyKind] (how each is
/// found and started: [Nginx], [HaProxy], [Envoy], [StockScg], [Sallyport]), [Running] (a process
/// under measurement), [Service] (what one may offer).
@NullMarked
package io.sallyport.loadtest.proxy;

import org.jspecify.annotations.NullMarked;
