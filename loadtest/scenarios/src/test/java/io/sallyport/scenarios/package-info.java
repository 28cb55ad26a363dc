@NullMarked
package io.sallyport.scenarios;

import org.jspecify.annotations.NullMarked;
