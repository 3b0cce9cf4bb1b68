package dev.sluice.packaging;

import dev.sluice.client.Event;
import dev.sluice.client.Message;
import dev.sluice.client.Publication;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SubscribeRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Clients in the network of pods, as a program that a test starts there: publishers and a subscriber, which
/// know the name of the service only. Its address is this program's, which passes each new connection to a
/// pod that is ready.
///
/// It reads commands from standard input, and answers each with a line:
///
/// | command | |
/// | --- | --- |
/// | `ready ADDRESS…` | the pods that are ready, from now on |
/// | `count` | the number of acknowledged publishes |
/// | `check ADDRESS…` | ends the publishers, compares their events with the log of each pod |
public final class PodClients {
    private static final int PORT = 8420;
    private static final int PUBLISHERS = 3;
    private static final String CHANNEL = "orders";
    private static final String END = "end";
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long READ_SECONDS_MAX = 600;

    private final String token;
    private final SluiceClient client;
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    private final List<Thread> publishers = new ArrayList<>();
    private final AtomicLong longestNs = new AtomicLong();
    private final CompletableFuture<List<String>> received;
    private volatile List<String> ready = List.of();
    private volatile boolean isEnding;

    private PodClients(String service, String address, String token) throws IOException {
        this.token = token;
        serve(address);
        client = client(service);
        received = readLater(client);
    }

    /// @param arguments the name and the address of the service, and the token of all clients
    public static void main(String[] arguments) throws Exception {
        PodClients clients = new PodClients(arguments[0], arguments[1], arguments[2]);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            List<String> words = List.of(line.split(" "));
            System.out.println(clients.answer(words.getFirst(), words.subList(1, words.size())));
        }
    }

    private String answer(String command, List<String> addresses) throws Exception {
        return switch (command) {
            case "ready" -> {
                ready = addresses;
                if (publishers.isEmpty() && !isEnding) {
                    for (int i = 0; i < PUBLISHERS; i++) publish("p" + i);
                }
                yield "ok";
            }
            case "count" -> "" + acknowledged.size();
            case "check" -> check(addresses);
            default -> throw new IllegalArgumentException(command);
        };
    }

    private SluiceClient client(String host) {
        return SluiceClient.builder(URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + PORT))
                .token(() -> token)
                .build();
    }

    private void publish(String name) {
        publishers.add(Thread.ofPlatform().daemon().start(() -> {
            try {
                for (int i = 0; !isEnding; i++) {
                    long beganNs = System.nanoTime();
                    String value = name + "-" + i;
                    acknowledged.put(
                            value,
                            client.publish(Publication.text(CHANNEL, value)).id());
                    longestNs.accumulateAndGet(System.nanoTime() - beganNs, Math::max);
                    LockSupport.parkNanos(PAUSE_NS);
                }
            } catch (InterruptedException ended) {
                throw new IllegalStateException(ended);
            }
        }));
    }

    private String check(List<String> addresses) throws Exception {
        isEnding = true;
        for (Thread each : publishers) each.join();
        acknowledged.put(END, client.publish(Publication.text(CHANNEL, END)).id());
        List<String> log = received.get(READ_SECONDS_MAX, TimeUnit.SECONDS);
        for (String each : addresses) {
            try (SluiceClient pod = client(each)) {
                List<String> its = readLater(pod).get(READ_SECONDS_MAX, TimeUnit.SECONDS);
                if (!its.equals(log)) return each + " has other events than the subscriber got" + difference(its, log);
            }
        }
        if (log.stream().distinct().count() < log.size()) return "an event came twice";
        for (var each : acknowledged.entrySet()) {
            if (!log.contains(each.getValue() + " " + each.getKey())) return "lost: " + each;
        }
        if (log.size() != acknowledged.size())
            return "events that nobody published: " + (log.size() - acknowledged.size());
        return "all %d events, once and in order; a publish took %d ms at most"
                .formatted(log.size(), longestNs.get() / 1_000_000);
    }

    private static String difference(List<String> one, List<String> other) {
        int same = 0;
        while (same < Math.min(one.size(), other.size()) && one.get(same).equals(other.get(same))) same++;
        return " from number " + same + " on, of " + one.size() + " and " + other.size();
    }

    /// Reads in a separate thread: of the common pool, the client needs the only one that it may have.
    private static CompletableFuture<List<String>> readLater(SluiceClient from) {
        return CompletableFuture.supplyAsync(
                () -> read(from), task -> Thread.ofPlatform().daemon().start(task));
    }

    /// All events from the first to the last one.
    private static List<String> read(SluiceClient from) {
        List<String> events = new ArrayList<>();
        try (var messages =
                from.subscribe(SubscribeRequest.to(CHANNEL).fromEarliest().failOnGap())) {
            for (Message each : messages) {
                if (!(each instanceof Event event)) throw new IllegalStateException("unexpected: " + each);
                events.add(event.id() + " " + event.text());
                if (event.text().equals(END)) break;
            }
        }
        return events;
    }

    private void serve(String address) throws IOException {
        ServerSocket server = new ServerSocket();
        server.bind(new InetSocketAddress(InetAddress.getByName(address), PORT));
        Thread.ofPlatform().daemon().start(() -> {
            while (true) {
                try {
                    Socket accepted = server.accept();
                    Thread.ofPlatform().daemon().start(() -> connect(accepted));
                } catch (IOException failed) {
                    throw new IllegalStateException(failed);
                }
            }
        });
    }

    private void connect(Socket accepted) {
        List<String> pods = ready;
        try (accepted) {
            if (pods.isEmpty()) return;
            String chosen = pods.get(ThreadLocalRandom.current().nextInt(pods.size()));
            try (Socket pod = new Socket(InetAddress.getByName(chosen), PORT)) {
                Thread back = Thread.ofPlatform().daemon().start(() -> pass(pod, accepted));
                pass(accepted, pod);
                back.join();
            }
        } catch (IOException | InterruptedException refused) {
            // The client sees that its connection ends.
        }
    }

    private static void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException ended) {
            try {
                to.close();
            } catch (IOException alsoEnded) {
                ended.addSuppressed(alsoEnded);
            }
        }
    }
}
