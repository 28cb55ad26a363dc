package io.sallyport.admission;

/// Yes or no. Whoever holds a [Permit] may forward; there is no third answer.
public sealed interface Verdict permits Permit, Refusal {}
