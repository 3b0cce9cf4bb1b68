package dev.sluice.lab.hub;

import com.sun.management.ThreadMXBean;
import dev.sluice.CannotStartException;
import dev.sluice.Sluice;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The process of the lab's hub. It prints its ports as `PORT TLS_PORT`, then answers each line of standard
/// input. It ends at the end of standard input, and so also when the process that started it is killed.
///
/// | line | answer |
/// | --- | --- |
/// | `memory` | bytes in use on the heap and in native buffers, after a full collection |
/// | `allocated` | bytes that all threads have allocated on the heap since the process started |
/// | `streams` | the number of open streams by transport: `sse=1 websocket=2` |
public final class HubMain {
    static final String ORIGIN = "origin=";
    static final String HOST = "host=";
    static final String SETTING = "setting=";
    private static final int TRIES = 10;

    private HubMain() {}

    /// @param args the PEM file with a certificate and its private key, or `-`; then the origins that may use
    ///             the hub, its host names and its settings
    public static void main(String... args) throws IOException {
        PrintStream out = System.out;
        try (Sluice hub = start(args, out)) {
            var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line; (line = in.readLine()) != null; ) {
                if (line.equals("memory")) out.println(memory());
                if (line.equals("allocated")) out.println(allocated());
                if (line.equals("streams")) out.println(streams(hub));
            }
        }
    }

    /// Tries several ports: a free port can only be found by listening on it, and another process may take it
    /// before the hub does.
    private static Sluice start(String[] args, PrintStream out) throws IOException {
        for (int i = 1; ; i++) {
            int port = freePort();
            int tlsPort = args[0].equals("-") ? 0 : freePort();
            Sluice hub = hub(args, port, tlsPort);
            try {
                hub.start();
                out.println(port + " " + tlsPort);
                return hub;
            } catch (CannotStartException taken) {
                if (i == TRIES) throw taken;
            }
        }
    }

    private static Sluice hub(String[] args, int port, int tlsPort) {
        Sluice hub = Sluice.inMemory()
                .listen(Map.of("port", port))
                .rule("**", Map.of("retention.max_events", "100000", "retention.max_bytes", "16MiB"))
                .set("limits.loop_delay_max", "10m"); // The lab also measures on a busy machine.
        if (tlsPort > 0) {
            Map<String, Object> tls = new HashMap<>();
            tls.put("port", tlsPort);
            tls.put("certificate_file", args[0]);
            tls.put("key_file", args[0]);
            hub.listen(tls);
        }
        for (String each : named(SETTING, args)) {
            int at = each.indexOf('=');
            hub.set(each.substring(0, at), each.substring(at + 1));
        }
        hub.origins(named(ORIGIN, args)).allowHosts(named(HOST, args));
        return hub;
    }

    private static String[] named(String name, String[] args) {
        return Arrays.stream(args)
                .filter(each -> each.startsWith(name))
                .map(each -> each.substring(name.length()))
                .toArray(String[]::new);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String streams(Sluice hub) {
        return hub.measurements().stream()
                .filter(each -> each.name().equals("sluice_streams") && each.value() > 0)
                .collect(Collectors.groupingBy(
                        each -> each.labels().getOrDefault("transport", ""),
                        TreeMap::new,
                        Collectors.summingLong(each -> (long) each.value())))
                .entrySet()
                .stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(" "));
    }

    /// Returns the bytes allocated by all threads, including those that have ended. Virtual threads count
    /// with their carrier threads.
    private static long allocated() {
        var threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        return threads.getTotalThreadAllocatedBytes();
    }

    private static long memory() {
        System.gc();
        System.gc(); // The first collection finds objects whose native memory cleaners then release.
        long buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() + buffers;
    }
}
