/// Which endpoint, in which zone, and what if it fails.
@NullMarked
package io.sallyport.upstream;

import org.jspecify.annotations.NullMarked;
