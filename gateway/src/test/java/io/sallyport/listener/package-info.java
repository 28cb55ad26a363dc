@NullMarked
package io.sallyport.listener;

import org.jspecify.annotations.NullMarked;
