package io.sallyport.loadtest.stock;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/// Spring Cloud Gateway as its guide makes one: a dependency, a main method and one route in
/// `application.yaml`.
@SpringBootApplication
public class StockGateway {
  /// @param args Spring Boot's
  public static void main(String[] args) {
    SpringApplication.run(StockGateway.class, args);
  }
}
