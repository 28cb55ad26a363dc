/// Meters: what an operator's graphs and alerts are made of.
///
/// Names and labels are listed in `docs/reference/metrics.md`; renaming one is a breaking change.
/// Never a path, a host or a caller as a label: labels have as many values as a bundle has routes
/// and zones, and no more. Micrometer lives here; nothing here knows Netty or Spring.
@NullMarked
package io.sallyport.telemetry;

import org.jspecify.annotations.NullMarked;
