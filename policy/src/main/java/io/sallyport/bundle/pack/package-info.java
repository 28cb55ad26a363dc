/// A bundle as one file: packed, signed, checked. What it means is not looked at here.
@NullMarked
package io.sallyport.bundle.pack;

import org.jspecify.annotations.NullMarked;
