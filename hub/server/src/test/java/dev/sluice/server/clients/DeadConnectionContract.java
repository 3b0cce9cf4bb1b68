package dev.sluice.server.clients;

import dev.sluice.server.proxy.HostileProxy;
import org.junit.jupiter.api.Test;

/// The additional contract of clients that monitor their connection: one that carries nothing any more and does not
/// end, as behind a firewall that forgot it, counts as lost. Other clients have to be ended by their users.
interface DeadConnectionContract extends LossContract {
    @Test
    default void reconnectsWhenAConnectionFallsSilent() {
        try (var scene = new ProxyFixture(client())) {
            scene.publish("before").expectAll();
            scene.loseConnection(HostileProxy::blackHole, "swallowed");
            scene.publish("after").expectAll();
        }
    }
}
