package io.sallyport;

/// The program.
public final class Sallyport {
  private Sallyport() {}

  public static void main(String[] args) {
    System.out.println("sallyport");
  }
}
