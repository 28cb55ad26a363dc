/// Where a request wants to go, understood once, and which route that is.
///
/// Tour: [TargetReading] (what a target's text means, or why it is ambiguous), [RequestTarget],
/// [RouteTable] (host map and path trie), [RouteMatch] (what the table answers). Nothing but the
/// JDK enters here.
@NullMarked
package io.sallyport.routing;

import org.jspecify.annotations.NullMarked;
