/// One exchange from head to last byte: admit, forward or refuse, record.
@NullMarked
package io.sallyport.edge;

import org.jspecify.annotations.NullMarked;
