/// What Sallyport is compared with: Spring Cloud Gateway as it comes.
@NullMarked
package io.sallyport.loadtest.stock;

import org.jspecify.annotations.NullMarked;
