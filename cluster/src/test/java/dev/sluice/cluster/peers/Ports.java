package dev.sluice.cluster.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/// A port that nothing uses now, nor the next one. They are below those that the system gives to others.
public final class Ports {
    private static final int FIRST = 20_000;
    private static final int LAST = 32_000;

    /// Those that were given, whether they are used yet or not.
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    public static int free() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            if (!GIVEN.add(port) || !GIVEN.add(port + 1)) continue;
            var loopback = InetAddress.getLoopbackAddress();
            try (var _ = new ServerSocket(port, 1, loopback);
                    var _ = new ServerSocket(port + 1, 1, loopback)) {
                return port;
            } catch (IOException _) {
                // In use: another one.
            }
        }
    }
}
