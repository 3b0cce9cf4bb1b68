package dev.sluice.server.clients;

import dev.sluice.server.proxy.HostileProxy;
import org.junit.jupiter.api.Test;

/// What a client can do besides that watches over its line by itself: a line that carries nothing any more and does not
/// end, as behind a firewall that forgot it, is a lost line. Clients that don't watch need to be ended by their users.
interface SilenceContract extends LossContract {
    @Test
    default void givesUpALineThatHasGoneSilent() {
        try (var scene = new Scene(client())) {
            scene.publish("before").expectAll();
            scene.loseLine(HostileProxy::blackHole, "swallowed");
            scene.publish("behind").expectAll();
        }
    }
}
