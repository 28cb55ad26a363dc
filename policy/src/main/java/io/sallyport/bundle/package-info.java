/// From a folder of YAML files to a [Bundle], or to all its problems at once.
///
/// A bundle is immutable: read, checked, compiled and tested together, swapped as one.
@NullMarked
package io.sallyport.bundle;

import org.jspecify.annotations.NullMarked;
