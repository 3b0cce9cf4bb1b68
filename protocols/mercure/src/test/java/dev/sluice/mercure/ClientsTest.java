package dev.sluice.mercure;

import dev.sluice.core.NodeClients;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Unmodified readers of npm, run by Node: `eventsource` and `event-source-polyfill`.
final class ClientsTest {
    private static final int CASES = 6;

    @Test
    void eventsourceAndEventSourcePolyfillMissNothing() throws Exception {
        try (var mercure = MercureHub.inMemory()) {
            NodeClients.pass(
                    Path.of("src/test/clients"), CASES, Map.of("HUB", mercure.address(), "SECRET", MercureHub.SECRET));
        }
    }
}
