package dev.sluice.core;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/// Ports that nothing uses now, each given once, for what starts again at the same one: they are below those that the
/// system gives to others, also as the near end of a connection.
public final class Ports {
    private static final int FIRST = 20_000;
    private static final int LAST = 32_000;

    /// Those that were given, whether they are used yet or not.
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /// A port; the next one is free, too.
    public static int free() {
        return inARow(2);
    }

    /// The first of so many in a row.
    public static int inARow(int count) {
        while (true) {
            int first = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            if (areFree(first, count)) return first;
        }
    }

    private static boolean areFree(int first, int count) {
        for (int port = first; port < first + count; port++) {
            if (!GIVEN.add(port)) return false;
            try {
                new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
            } catch (IOException _) {
                return false; // In use.
            }
        }
        return true;
    }
}
