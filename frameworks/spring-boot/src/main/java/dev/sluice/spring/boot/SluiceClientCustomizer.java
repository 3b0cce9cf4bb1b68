package dev.sluice.spring.boot;

import dev.sluice.client.ClientBuilder;

/// Configures the client of a hub, after the properties: tokens that change, timeouts, limits. Beans of this
/// type run in their order.
@FunctionalInterface
public interface SluiceClientCustomizer {
    void customize(ClientBuilder builder);
}
