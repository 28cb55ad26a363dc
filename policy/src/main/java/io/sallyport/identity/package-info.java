/// Who a caller has proved to be: [io.sallyport.identity.Caller], anonymous or identified. How it
/// was proved is another room's work; nothing but the JDK enters here.
@NullMarked
package io.sallyport.identity;

import org.jspecify.annotations.NullMarked;
