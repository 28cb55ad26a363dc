@NullMarked
package io.sallyport.routing;

import org.jspecify.annotations.NullMarked;
