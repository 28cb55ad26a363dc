/// From bytes to trees that know where they were written.
///
/// Tour: [SourceFile] (a file's text and its lines), [Place] (a point in it), [YamlReader] and
/// [JsonReader] (text to [Node], strictly), [Findings] (collects every [Problem] and warning while
/// reading goes on), [Suggestion] (what was probably meant). What a field means is not known here.
@NullMarked
package io.sallyport.bundle.source;

import org.jspecify.annotations.NullMarked;
