/// Measurements: Sallyport beside other proxies, on one machine, in one run.
///
/// Tour: [Compare] (the run and its table), [Proxy] (a process whose CPU time is read from the
/// kernel), [Load] (h2load and what it says), [Workplace] (certificates, token, bundle and
/// configuration files, made anew for each run).
@NullMarked
package io.sallyport.loadtest;

import org.jspecify.annotations.NullMarked;
