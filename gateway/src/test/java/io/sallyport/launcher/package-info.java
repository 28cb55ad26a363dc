/// The script at the top of the repository, run as a person runs it, among folders made for it.
@NullMarked
package io.sallyport.launcher;

import org.jspecify.annotations.NullMarked;
