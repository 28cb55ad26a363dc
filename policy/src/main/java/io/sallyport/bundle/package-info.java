/// From a folder of YAML files to a [Bundle], or to all its problems at once.
///
/// A bundle is immutable: read, checked, compiled and tested together, swapped as one.
///
/// Tour: [BundleReader] (the story: files, then every kind, then what names what), [BundleReading]
/// (all of it, or [Problems]), [BundleFiles] (what belongs to a bundle, and its id),
/// [BundleSections] (each file held against the shape of its kind), the readers of the kinds
/// ([RouteReader], [UpstreamReader], [PolicyReader], [IdentityReader], [DataReader],
/// [TestsReader]), [Registry] (ids and who names them), [RuleChecks] (rules that can never matter).
/// Then what a bundle answers: [Directions] (where a target leads), [Ruling], [BundleTests] with
/// [TestRun], [Explainer].
///
/// What a file may say is one table in `format`; text and places are `source`. No network, no
/// framework enters here; the folder is read in [BundleFiles] alone.
@NullMarked
package io.sallyport.bundle;

import org.jspecify.annotations.NullMarked;
