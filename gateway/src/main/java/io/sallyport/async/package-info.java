/// Answers that are usually there at once and sometimes must wait.
@NullMarked
package io.sallyport.async;

import org.jspecify.annotations.NullMarked;
