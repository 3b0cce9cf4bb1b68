package dev.sluice.bench.hostile;

import dev.sluice.bench.hostile.HostileClient.Answer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// One client with any number of connections, until it is stopped.
final class Attack implements AutoCloseable {
    private static final int BATCH = 2_000;
    private static final long PAUSE_NS = 20_000_000;
    private static final Pattern SETTING = Pattern.compile("[a-z]+\\.[a-z_]+_max|limits\\.caller_share|channels_max");

    interface Opening {
        HostileClient open() throws IOException;
    }

    interface Request {
        /// @param number counts all requests
        void send(HostileClient client, int number) throws IOException;
    }

    interface BatchLine {
        String of(int batch, int number);
    }

    private final HostileClient.Victim victim;
    private final Queue<HostileClient> all = new ConcurrentLinkedQueue<>();
    private volatile boolean isOver;

    Attack(HostileClient.Victim victim) {
        this.victim = victim;
    }

    void stop() {
        isOver = true;
    }

    boolean goesOn() {
        return !isOver;
    }

    HostileClient connection() throws IOException {
        HostileClient connection = HostileClient.here(victim).connect();
        all.add(connection);
        return connection;
    }

    /// Publishes batch after batch, also after a refusal.
    String batches(BatchLine line) throws IOException {
        long accepted = 0;
        Map<String, Integer> refusals = new TreeMap<>();
        HostileClient connection = connection();
        for (int batch = 0; goesOn(); batch++) {
            int number = batch;
            String body =
                    IntStream.range(0, BATCH).mapToObj(i -> line.of(number, i)).collect(Collectors.joining("\n"));
            try {
                String headers = "Content-Type: application/x-ndjson\r\nIdempotency-Key: k" + batch + "\r\n";
                Answer answer = connection.post("/channels", headers, body);
                accepted += count(answer.body());
                if (answer.status() != 200) refusals.merge(answer.status() + setting(answer.body()), 1, Integer::sum);
            } catch (IOException cut) {
                refusals.merge("cut", 1, Integer::sum);
                connection = connection();
            }
        }
        return String.format(
                Locale.ROOT, "%,d accepted%s", accepted, refusals.isEmpty() ? "" : ", refused " + refusals);
    }

    private static int count(String body) {
        Matcher count = Pattern.compile("\"count\":(\\d+)").matcher(body);
        return count.find() ? Integer.parseInt(count.group(1)) : 0;
    }

    /// Holds a number of connections open, and replaces those that the hub has answered.
    String hold(int count, Opening opening) throws IOException {
        Map<String, Integer> answers = new TreeMap<>();
        List<HostileClient> held = new ArrayList<>();
        while (goesOn()) {
            if (held.size() < count) {
                try {
                    held.add(opening.open());
                } catch (IOException cut) {
                    answers.merge("cut", 1, Integer::sum);
                }
                continue;
            }
            LockSupport.parkNanos(PAUSE_NS);
            for (HostileClient each : List.copyOf(held)) {
                if (each.hasNothing()) continue;
                held.remove(each);
                answers.merge(answer(each), 1, Integer::sum);
            }
            if (held.size() == count) held.removeFirst().close();
        }
        return held.size() + " held" + (answers.isEmpty() ? "" : ", answered " + answers);
    }

    /// Opens connections that read only the heads of answers. At `count` connections, a new one replaces the oldest
    /// every 20 ms.
    String withoutReading(int count, Opening opening) throws IOException {
        Map<Integer, Integer> answers = new TreeMap<>();
        Deque<HostileClient> held = new ArrayDeque<>();
        while (goesOn()) {
            HostileClient connection = opening.open();
            held.add(connection);
            answers.merge(connection.status(), 1, Integer::sum);
            if (held.size() < count) continue;
            held.remove().close();
            LockSupport.parkNanos(PAUSE_NS);
        }
        return held.size() + " held, answered " + answers;
    }

    /// Sends requests one after the other on each connection, and reads each answer to its end.
    String again(int count, Request request) throws IOException {
        Map<Integer, Integer> answers = new ConcurrentSkipListMap<>();
        var number = new AtomicInteger();
        try (var connections = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                connections.submit(() -> {
                    while (goesOn()) {
                        try (HostileClient client = HostileClient.here(victim).connect()) {
                            do {
                                request.send(client, number.incrementAndGet());
                                answers.merge(client.skipAnswer(), 1, Integer::sum);
                            } while (goesOn() && client.isReusable());
                        } catch (IOException cut) {
                            answers.merge(0, 1, Integer::sum);
                        }
                    }
                    return null;
                });
            }
        }
        return "answered " + answers;
    }

    private static String answer(HostileClient connection) throws IOException {
        try (connection) {
            return "full" + setting(connection.reaction());
        } catch (IOException cut) {
            return "cut";
        }
    }

    /// Opens one session after the other with a number of subscriptions each, until the hub refuses one.
    ///
    /// @param names the channels of a subscription, by its number
    String sessions(int subscriptions, IntFunction<String> names) throws IOException {
        int accepted = 0;
        while (goesOn()) {
            HostileClient session = connection().upgrade("/session", "Sec-WebSocket-Protocol: sluice.v1.json\r\n");
            session.exchange("{\"op\":\"hello\"}");
            for (int i = 0; i < subscriptions && goesOn(); i++) {
                String answer = session.exchange(
                        "{\"op\":\"subscribe\",\"ref\":" + i + ",\"channels\":[\"" + names.apply(accepted) + "\"]}");
                if (answer.contains("\"op\":\"error\""))
                    return String.format(Locale.ROOT, "%,d accepted, then", accepted) + setting(answer);
                accepted++;
            }
        }
        return String.format(Locale.ROOT, "all %,d accepted", accepted);
    }

    private static String setting(String answer) {
        Matcher setting = SETTING.matcher(answer);
        return setting.find() ? " " + setting.group() : "";
    }

    @Override
    public void close() throws IOException {
        for (HostileClient each : all) each.close();
    }
}
