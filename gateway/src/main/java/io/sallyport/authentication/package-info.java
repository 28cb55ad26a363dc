/// Credentials in, proof of identity out: who is this, and how do we know?
@NullMarked
package io.sallyport.authentication;

import org.jspecify.annotations.NullMarked;
