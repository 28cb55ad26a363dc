@NullMarked
package io.sallyport.policy.cel;

import org.jspecify.annotations.NullMarked;
