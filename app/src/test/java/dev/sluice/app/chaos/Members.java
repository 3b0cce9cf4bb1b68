package dev.sluice.app.chaos;

import dev.sluice.core.history.HistoryChecker;
import dev.sluice.core.history.Violation;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Members of a channel, over connections to any node, which they open and close during faults. At the end
/// every other one stays connected; then all nodes must list exactly these members, within the time that a
/// node takes to be missed.
final class Members implements AutoCloseable {
    /// The linger of all nodes.
    static final Duration LINGER = Duration.ofSeconds(2);

    /// After ten seconds the leader misses a node; then come the linger, and a second until a change is announced.
    /// Twice that, for busy processors.
    private static final Duration WITHIN = Duration.ofSeconds(2 * (10 + 2 + 1));

    private static final int COUNT = 6;
    private static final Duration TIMEOUT = Duration.ofSeconds(4);

    private final HttpClient http;
    private final Supplier<String> node;
    private final String channel;
    private final Random random;
    private final List<Thread> threads = new ArrayList<>();
    private final Set<String> connected = ConcurrentHashMap.newKeySet();
    private volatile boolean settles;
    private volatile boolean closed;

    /// @param node   chooses the URL of a node
    /// @param random for one thread: each member has its own
    Members(HttpClient http, Supplier<String> node, String channel, Random random) {
        this.http = http;
        this.node = node;
        this.channel = channel;
        this.random = random;
    }

    void start() {
        for (int i = 0; i < COUNT; i++) {
            var choices = new Random(random.nextLong());
            boolean stays = i % 2 == 0;
            String name = "m" + i;
            threads.add(Thread.ofPlatform().daemon().start(() -> run(name, stays, choices)));
        }
    }

    private void run(String name, boolean stays, Random choices) {
        try {
            while (!settles) {
                InputStream opened = open(name);
                if (opened == null) continue;
                try (opened) {
                    // Longer than some faults last, so that a node ends or is cut off with members.
                    for (int i = choices.nextInt(60); i > 0 && !settles; i--) LockSupport.parkNanos(50_000_000);
                } catch (IOException _) {
                    // It has ended already.
                }
            }
            while (stays && !closed) stay(name);
        } catch (InterruptedException _) {
            // The round has failed.
        }
    }

    /// @return null if there is no connection
    private @Nullable InputStream open(String name) throws InterruptedException {
        URI uri = URI.create(node.get() + "/channels/" + channel + "?as=ndjson&heartbeat=5&join=true&client=" + name);
        try {
            var answer = http.send(HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(), BodyHandlers.ofInputStream());
            if (answer.statusCode() == 200) return answer.body();
            answer.body().close();
        } catch (IOException _) {
            // The node is down, or too slow.
        }
        LockSupport.parkNanos(5_000_000);
        return null;
    }

    /// Stays connected until the connection ends.
    private void stay(String name) throws InterruptedException {
        InputStream opened = open(name);
        if (opened == null) return;
        try (opened) {
            connected.add(name);
            while (!closed && opened.read() >= 0) {}
        } catch (IOException _) {
            // Its node has ended.
        } finally {
            connected.remove(name);
        }
    }

    /// Makes half of the members leave, and waits until all nodes list the others.
    ///
    /// @param nodes the URLs of all nodes
    /// @return the violations that remain after the allowed time
    List<Violation> settle(List<String> nodes) throws InterruptedException {
        settles = true;
        long endNs = System.nanoTime() + WITHIN.toNanos();
        while (true) {
            Set<String> expected = new TreeSet<>(connected);
            List<Violation> found = HistoryChecker.checkPresence(expected, lists(nodes));
            boolean isSteady = expected.equals(connected) && expected.size() == COUNT / 2;
            if (found.isEmpty() && isSteady) return found;
            if (System.nanoTime() > endNs) {
                if (!found.isEmpty()) return found;
                throw new AssertionError("members can't connect: only " + connected + " are");
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    private List<Set<String>> lists(List<String> nodes) throws InterruptedException {
        List<Set<String>> lists = new ArrayList<>();
        for (String each : nodes) lists.add(list(each));
        return lists;
    }

    /// @return a name that no member has if there is no answer
    private Set<String> list(String of) throws InterruptedException {
        URI uri = URI.create(of + "/presence/" + channel);
        try {
            var answer = http.send(HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(), BodyHandlers.ofString());
            if (answer.statusCode() != 200) return Set.of("status " + answer.statusCode());
            Set<String> names = new HashSet<>();
            for (JsonNode each : JsonMapper.shared().readTree(answer.body()).path("members"))
                names.add(each.path("client").asString());
            return new TreeSet<>(names);
        } catch (IOException failed) {
            return Set.of("no answer: " + failed);
        }
    }

    @Override
    public void close() {
        settles = true;
        closed = true;
        threads.forEach(Thread::interrupt);
    }
}
