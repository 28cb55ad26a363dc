/// The story of a request up to yes or no. The only issuer of [Permit].
@NullMarked
package io.sallyport.admission;

import org.jspecify.annotations.NullMarked;
