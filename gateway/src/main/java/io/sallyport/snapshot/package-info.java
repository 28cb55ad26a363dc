/// The live configuration: watched, read, checked, tested, swapped as one.
///
/// Tour: [BundleFolder] (a folder read so that no half of a change is seen), [LastGood] (the bundle
/// that served last, kept on disk), [Snapshots] (the one reference that a request reads). Knows
/// nothing of YAML, of Spring or of the network: what judging files and making them ready mean is
/// passed in as [Snapshots.Readiness].
@NullMarked
package io.sallyport.snapshot;

import org.jspecify.annotations.NullMarked;
