@NullMarked
package io.sallyport.loadtest;

import org.jspecify.annotations.NullMarked;
