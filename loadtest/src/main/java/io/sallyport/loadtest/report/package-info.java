/// How results are shown: [BarChart] draws, [Group] and [Bar] are what it draws.
///
/// Knows nothing of how the figures were measured; imports the JDK only.
@NullMarked
package io.sallyport.loadtest.report;

import org.jspecify.annotations.NullMarked;
