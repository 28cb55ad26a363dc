/// Tests of the way to the backends, against real sockets.
@NullMarked
package io.sallyport.upstream;

import org.jspecify.annotations.NullMarked;
