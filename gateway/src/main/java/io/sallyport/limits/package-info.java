/// How much a caller may still take.
@NullMarked
package io.sallyport.limits;

import org.jspecify.annotations.NullMarked;
