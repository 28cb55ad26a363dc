/// What happened: one record per request, numbered, written by one writer.
@NullMarked
package io.sallyport.audit;

import org.jspecify.annotations.NullMarked;
