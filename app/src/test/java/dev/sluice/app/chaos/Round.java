package dev.sluice.app.chaos;

import dev.sluice.app.chaos.Publish.Answer;
import dev.sluice.app.killed.TransportSwitchingReader;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Faults, one after the other, under publishers and subscribers, on two channels of its own: in one events are just
/// published, in the other each has to follow the newest. After each fault everything is mended; at the end the
/// histories are checked.
final class Round {
    private static final int PUBLISHERS = 3;
    private static final int CONTENDERS = 2;
    private static final int SUBSCRIBERS = 3;
    private static final int PROGRESS_SECONDS = 120;
    private static final String END = "end";

    private final ChaosCluster cluster;
    private final HttpClient http;
    private final Random random;
    private final ChannelClient events;
    private final ChannelClient turns;
    private final History eventHistory = new History();
    private final History turnHistory = new History();
    private final Clients clients = new Clients();
    private final List<Subscriber> subscribers = new ArrayList<>();

    /// A reader on its thread.
    private record Subscriber(@Nullable String after, TransportSwitchingReader reader, Thread thread) {}

    /// What was done in a round.
    ///
    /// @param logs    those of its channels
    /// @param started nodes that had ended
    record Result(List<Log> logs, int acknowledged, int refused, int received, int started, long longestMs) {}

    /// A channel as it has to stay.
    record Log(String channel, List<Entry> entries) {}

    Round(ChaosCluster cluster, HttpClient http, int number, Random random) {
        this.cluster = cluster;
        this.http = http;
        this.random = random;
        Supplier<String> anyNode = anyNode();
        events = new ChannelClient(http, anyNode, "events/" + number);
        turns = new ChannelClient(http, anyNode, "turns/" + number);
    }

    private Supplier<String> anyNode() {
        Random choices = new Random(random.nextLong()); // A Random may be used by several threads.
        return () -> cluster.url(choices.nextInt(ChaosCluster.SIZE));
    }

    /// @throws AssertionError if clients get no further, or there is a violation
    Result run(List<Fault> faults) throws Exception {
        startClients();
        eventHistory.awaitMore(10 + random.nextInt(20), PROGRESS_SECONDS);
        subscribe(newest());
        int started = 0;
        for (Fault each : faults) {
            each.inflict(cluster, random, eventHistory);
            started += Fault.heal(cluster);
            eventHistory.awaitMore(20, PROGRESS_SECONDS);
        }
        turnHistory.awaitMore(5, PROGRESS_SECONDS);
        clients.stop();
        new Publisher("p", events, eventHistory).publish(END);
        new Publisher("p", turns, turnHistory).publish(END);
        started += cluster.awaitCaughtUp();
        List<Reading> readings = new ArrayList<>();
        for (Subscriber each : subscribers) readings.add(finish(each));
        List<Log> logs = List.of(check(events, eventHistory, readings), check(turns, turnHistory, List.of()));
        return new Result(
                logs,
                eventHistory.acknowledged() + turnHistory.acknowledged(),
                (int) turnHistory.publishes().stream()
                        .filter(each -> each.answer() instanceof Answer.Refused)
                        .count(),
                readings.stream().mapToInt(each -> each.seen().size()).sum(),
                started,
                eventHistory.longestMs());
    }

    private void startClients() {
        for (int i = 0; i < PUBLISHERS; i++) clients.start(new Publisher("p" + i, events, eventHistory), eventHistory);
        clients.start(new Uploader("u", events, eventHistory), eventHistory);
        for (int i = 0; i < CONTENDERS; i++)
            clients.start(new ConditionalPublisher("c" + i, turns, turnHistory), turnHistory);
        for (int i = 0; i < SUBSCRIBERS; i++) subscribe(null);
    }

    private void subscribe(@Nullable String after) {
        var reader = new TransportSwitchingReader(
                anyNode(), events.channel(), after == null ? "earliest" : after, http, new Random(random.nextLong()));
        subscribers.add(
                new Subscriber(after, reader, Thread.ofPlatform().daemon().start(reader)));
    }

    /// The last acknowledged event.
    private String newest() {
        return eventHistory.publishes().reversed().stream()
                .map(Publish::answer)
                .filter(Answer.Acknowledged.class::isInstance)
                .map(each -> ((Answer.Acknowledged) each).id())
                .findFirst()
                .orElseThrow();
    }

    private static Reading finish(Subscriber subscriber) throws InterruptedException {
        var reader = subscriber.reader();
        boolean hasEnded = subscriber.thread().join(Duration.ofSeconds(PROGRESS_SECONDS));
        List<Entry> seen = reader.events().stream()
                .map(each -> new Entry(each.id(), each.data()))
                .toList();
        if (reader.fault() != null) throw new AssertionError("a subscriber got what it must not: " + reader.fault());
        if (!hasEnded || seen.isEmpty() || !seen.getLast().value().equals(END))
            throw new AssertionError(
                    "a subscriber gets no further than " + (seen.isEmpty() ? "nothing" : seen.getLast()));
        return new Reading("after " + subscriber.after(), subscriber.after(), seen);
    }

    private Log check(ChannelClient channel, History history, List<Reading> readings) throws InterruptedException {
        if (!history.faults().isEmpty())
            throw new AssertionError(history.faults().toString());
        List<List<Entry>> logs = new ArrayList<>();
        for (int i = 0; i < ChaosCluster.SIZE; i++) logs.add(read(channel.channel(), i));
        List<Violation> violations = HistoryChecker.check(history.publishes(), logs, readings);
        if (!violations.isEmpty())
            throw new AssertionError(violations.size() + " violations in " + channel.channel() + ", the first ones: "
                    + violations.subList(0, Math.min(5, violations.size())));
        return new Log(channel.channel(), logs.getFirst());
    }

    private List<Entry> read(String channel, int node) throws InterruptedException {
        return new ChannelClient(http, () -> cluster.url(node), channel).readTo(END);
    }

    /// Reads an earlier round's channel once more, from each node.
    static void requireUnchanged(ChaosCluster cluster, HttpClient http, Log log) throws InterruptedException {
        for (int i = 0; i < ChaosCluster.SIZE; i++) {
            int node = i;
            List<Entry> now = new ChannelClient(http, () -> cluster.url(node), log.channel()).readTo(END);
            if (!now.equals(log.entries()))
                throw new AssertionError(log.channel() + " of node " + i + " has changed since its round");
        }
    }
}
