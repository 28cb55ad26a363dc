/// What a run comes to, and how it is shown.
///
/// Tour: [Results] (medians and gaps by work and proxy), [Budgets] (what must hold, and whether it
/// does), [JsonReport], [MarkdownReport] and [Plots] (the three forms of a report), [Machine]
/// (where it was measured). [BarChart] draws, [Group] and [Bar] are what it draws; these know
/// nothing of how figures were measured.
@NullMarked
package io.sallyport.loadtest.report;

import org.jspecify.annotations.NullMarked;
