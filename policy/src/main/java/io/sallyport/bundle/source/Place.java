package io.sallyport.bundle.source;

/// A point in a file.
///
/// @param offset code points before it
public record Place(SourceFile file, int offset) {

  /// Its line, counted from 1.
  public int line() {
    return file.lineOf(offset) + 1;
  }

  /// Its column, counted from 1, in code points.
  public int column() {
    return offset - file.startOfLine(file.lineOf(offset)) + 1;
  }

  /// `policies/orders.yaml:31:24`
  @Override
  public String toString() {
    return file.path() + ':' + line() + ':' + column();
  }
}
