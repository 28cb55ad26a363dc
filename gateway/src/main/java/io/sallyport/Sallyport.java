package io.sallyport;

import io.sallyport.boot.GatewayApplication;
import io.sallyport.cli.Commands;

/// The program.
public final class Sallyport {
  private Sallyport() {}

  public static void main(String[] args) {
    // A lambda, not a method reference: a command that starts no gateway must not load one.
    var line = Commands.of(settings -> GatewayApplication.start(settings), args);
    System.exit(line.execute(args));
  }
}
