package io.sallyport.policy.cel;

/// One part of a condition and what it came to, for people who ask why.
///
/// @param text as written in the rule
/// @param value its value as CEL writes it; `error: …` when it could not be evaluated
public record Term(String text, String value) {}
