package dev.sluice.spring.boot;

import dev.sluice.Sluice;

/// Configures the embedded hub before its start, after the properties: routes, pages, origins, an authorizer.
/// Beans of this type run in their order.
@FunctionalInterface
public interface SluiceCustomizer {
    void customize(Sluice sluice);
}
