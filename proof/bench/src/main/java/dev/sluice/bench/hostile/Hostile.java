package dev.sluice.bench.hostile;

import dev.sluice.wire.Trust;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/// The process of the hostile clients. Each repeats one kind of hostile act until the standard input ends. It
/// prints a line when all have begun, and a line for each kind at the end.
final class Hostile {
    /// The number of acts, and of those that the hub cut short.
    private record Acts(LongAdder all, LongAdder cut) {}

    private static final Map<Hostility, Acts> ACTS = new EnumMap<>(Hostility.class);

    private Hostile() {}

    /// @param args the ports without and with TLS, the file with the hub's authority, a valid token, the
    ///             number of clients, and the kinds of acts, separated by commas
    public static void main(String[] args) throws IOException, InterruptedException {
        var tls = Trust.in(Path.of(args[2])).getSocketFactory();
        var victim = new HostileClient.Victim(Integer.parseInt(args[0]), Integer.parseInt(args[1]), tls, args[3]);
        int clients = Integer.parseInt(args[4]);
        var ways = Stream.of(args[5].split(",")).map(Hostility::valueOf).toList();
        var beginning = new CountDownLatch(clients);
        for (int i = 0; i < clients; i++) {
            var client = HostileClient.elsewhere(victim, i);
            var way = ways.get(i % ways.size());
            var acts = ACTS.computeIfAbsent(way, _ -> new Acts(new LongAdder(), new LongAdder()));
            Thread.ofVirtual().start(() -> {
                acts.all.increment();
                beginning.countDown();
                run(client, way, acts);
            });
        }
        beginning.await();
        System.out.println("begun");
        while (System.in.read() >= 0) {}
        ACTS.forEach(
                (way, acts) -> System.out.println(way + " " + acts.all.sum() + " acts, " + acts.cut.sum() + " cut"));
    }

    private static void run(HostileClient client, Hostility way, Acts acts) {
        try (client) {
            while (true) {
                try {
                    way.act(client);
                } catch (IOException cut) {
                    acts.cut.increment(); // Expected: the hub defends itself.
                }
                client.close();
                Thread.sleep(Hostility.PAUSE_MS);
                acts.all.increment();
            }
        } catch (InterruptedException | IOException over) {
            return; // The process ends.
        }
    }
}
