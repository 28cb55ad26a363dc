package io.sallyport.policy.cel;

/// One thing that is wrong with an expression.
///
/// @param line 1-based line of the expression's own text
/// @param column 0-based column of that line, in characters
/// @param message what is wrong, with `; did you mean '…'?` where a name is close
public record Fault(int line, int column, String message) {}
