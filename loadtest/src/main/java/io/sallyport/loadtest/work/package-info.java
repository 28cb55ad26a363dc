/// The work that proxies are given.
///
/// Tour: [Works] (the list), [Work] (one of them), [Load] (what is sent, by kind), [Stage] (which
/// processes are alive together), [Credential] (what a request shows).
@NullMarked
package io.sallyport.loadtest.work;

import org.jspecify.annotations.NullMarked;
