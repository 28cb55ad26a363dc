@NullMarked
package io.sallyport;

import org.jspecify.annotations.NullMarked;
