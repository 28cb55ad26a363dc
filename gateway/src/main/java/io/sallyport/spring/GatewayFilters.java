package io.sallyport.spring;

import io.sallyport.bundle.FilterCompiler;
import io.sallyport.bundle.FilterCompiler.Compilation;
import io.sallyport.bundle.FilterCompiler.Fault;
import io.sallyport.bundle.FilterCompiler.Filter;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration;
import org.springframework.boot.web.context.reactive.AnnotationConfigReactiveWebApplicationContext;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebSessionIdResolverAutoConfiguration;
import org.springframework.cloud.gateway.config.GatewayAutoConfiguration;
import org.springframework.cloud.gateway.filter.AdaptCachedBodyGlobalFilter;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.OrderedGatewayFilter;
import org.springframework.cloud.gateway.filter.RemoveCachedBodyFilter;
import org.springframework.cloud.gateway.filter.RouteToRequestUrlFilter;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ConfigurationService;
import org.springframework.cloud.gateway.support.HasRouteId;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;

/// Spring Cloud Gateway's filter factories, in an application context of their own: no server, no
/// routes, nothing of the gateway's own context.
final class GatewayFilters implements AutoCloseable {
  /// Spring Cloud Gateway wants an address for each route; nothing is ever connected to this one
  /// (RFC 2606 §2).
  private static final URI UPSTREAM = URI.create("http://upstream.invalid:80");

  private static final String GENERATED = "_genkey_";

  private final AnnotationConfigReactiveWebApplicationContext context =
      new AnnotationConfigReactiveWebApplicationContext();
  private final Map<String, GatewayFilterFactory<?>> factories = new HashMap<>();
  private final ConfigurationService configurations;
  private final List<GatewayFilter> everyRoutes = new ArrayList<>();

  /// @param plugins where filters of the operator's own are
  GatewayFilters(Plugins plugins) {
    context.setClassLoader(plugins.classes());
    context.register(Beans.class);
    plugins.configurations().forEach(context::register);
    context.refresh();
    configurations = context.getBean(ConfigurationService.class);
    context
        .getBeansOfType(GatewayFilterFactory.class)
        .values()
        .forEach(factory -> factories.put(factory.name(), factory));
    for (GlobalFilter filter :
        List.of(
            context.getBean(RemoveCachedBodyFilter.class),
            context.getBean(AdaptCachedBodyGlobalFilter.class),
            context.getBean(RouteToRequestUrlFilter.class))) {
      everyRoutes.add(new OrderedGatewayFilter(filter::filter, ((Ordered) filter).getOrder()));
    }
    everyRoutes.add(new CarryFilter.Answer());
    everyRoutes.add(new CarryFilter(UPSTREAM));
  }

  /// What Spring Cloud Gateway needs to be whole, by name; no scanning, no discovery.
  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(ServerProperties.class)
  @ImportAutoConfiguration({
    SslAutoConfiguration.class,
    CodecsAutoConfiguration.class,
    WebSessionIdResolverAutoConfiguration.class,
    WebFluxAutoConfiguration.class,
    GatewayAutoConfiguration.class
  })
  static class Beans {}

  /// Names of all filters that there are.
  Set<String> names() {
    return new TreeSet<>(factories.keySet());
  }

  Compilation compile(String route, List<Filter> listed) {
    List<Fault> faults = new ArrayList<>();
    List<GatewayFilter> filters = new ArrayList<>(everyRoutes);
    for (int i = 0; i < listed.size(); i++) {
      int place = i;
      int before = faults.size();
      Filter filter = listed.get(i);
      GatewayFilterFactory<?> factory = factories.get(filter.name());
      FilterCatalogue.refusal(filter.name())
          .or(() -> factory == null ? Optional.of("there is no such filter") : Optional.empty())
          .ifPresent(why -> faults.add(new Fault(place, "", why)));
      if (factory != null && faults.size() == before) {
        faults.addAll(unknownArguments(place, factory, filter));
        if (faults.size() == before) {
          try {
            filters.add(made(route, place, factory, filter));
          } catch (RuntimeException e) {
            faults.add(
                new Fault(
                    place,
                    "",
                    String.valueOf(NestedExceptionUtils.getMostSpecificCause(e).getMessage())));
          }
        }
      }
    }
    if (!faults.isEmpty()) {
      return new FilterCompiler.Faulty(faults);
    }
    AnnotationAwareOrderComparator.sort(filters);
    Route made =
        Route.async().id(route).uri(UPSTREAM).predicate(_ -> true).replaceFilters(filters).build();
    return new FilterCompiler.Compiled(new GatewayRoute(made, filters, listed), advice(listed));
  }

  private static List<Fault> advice(List<Filter> listed) {
    List<Fault> advice = new ArrayList<>();
    for (int i = 0; i < listed.size(); i++) {
      int place = i;
      FilterCatalogue.twin(listed.get(i).name())
          .ifPresent(
              twin -> advice.add(new Fault(place, "", "the express lane can do that: " + twin)));
    }
    return advice;
  }

  /// Arguments that Spring Cloud Gateway would pass over in silence.
  private static List<Fault> unknownArguments(
      int place, GatewayFilterFactory<?> factory, Filter filter) {
    List<String> shortForm = factory.shortcutFieldOrder();
    Set<String> known = new HashSet<>(shortForm);
    for (var property : BeanUtils.getPropertyDescriptors(factory.getConfigClass())) {
      if (property.getWriteMethod() != null) {
        known.add(property.getName());
      }
    }
    List<Fault> faults = new ArrayList<>();
    for (String argument : filter.args().keySet()) {
      String name = argument.split("[.\\[]", 2)[0];
      if (name.startsWith(GENERATED)) {
        boolean gathers = factory.shortcutType() != GatewayFilterFactory.ShortcutType.DEFAULT;
        int number = Integer.parseInt(name.substring(GENERATED.length()));
        if (!gathers && number >= shortForm.size()) {
          faults.add(new Fault(place, argument, "at most %d values".formatted(shortForm.size())));
        }
      } else if (!known.contains(name)) {
        faults.add(
            new Fault(
                place,
                argument,
                known.isEmpty()
                    ? "it takes no arguments"
                    : "no argument '%s'; there are %s"
                        .formatted(name, String.join(", ", new TreeSet<>(known)))));
      }
    }
    return faults;
  }

  private <C> GatewayFilter made(
      String route, int place, GatewayFilterFactory<C> factory, Filter filter) {
    C configuration =
        configurations.with(factory).name(filter.name()).properties(filter.args()).bind();
    if (configuration instanceof HasRouteId named) {
      named.setRouteId(route);
    }
    GatewayFilter made = factory.apply(configuration);
    return made instanceof Ordered ? made : new OrderedGatewayFilter(made, place + 1);
  }

  @Override
  public void close() {
    context.close();
  }
}
