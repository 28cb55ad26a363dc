/// Who a caller has proved to be.
@NullMarked
package io.sallyport.identity;

import org.jspecify.annotations.NullMarked;
