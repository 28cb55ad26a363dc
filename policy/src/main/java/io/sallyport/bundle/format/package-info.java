/// What a file may say, as one table that everything is made from: reading, messages, the JSON
/// Schemas and the reference page.
///
/// Tour: [Shape] (what a value looks like), [Field] (a name, its shape, what it means), [Shapes]
/// (the check of a tree against a shape), [Section] (typed access to what was read), [Units]
/// (durations, sizes, shares), [JsonSchema]. What the fields mean together is the room above.
@NullMarked
package io.sallyport.bundle.format;

import org.jspecify.annotations.NullMarked;
