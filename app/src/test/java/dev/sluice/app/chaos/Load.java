package dev.sluice.app.chaos;

import dev.sluice.app.chaos.Publish.Answer;
import dev.sluice.app.killed.TransportSwitchingReader;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Publishers and subscribers, each request of which goes to a chosen node, on two separate channels: in one,
/// events are published without a condition; in the other, each must follow the newest. Their histories are
/// checked at the end.
final class Load {
    private static final int PUBLISHERS = 3;
    private static final int CONTENDERS = 2;
    private static final int SUBSCRIBERS = 3;
    private static final int PROGRESS_SECONDS = 120;
    private static final String END = "end";

    private final HttpClient http;
    private final Function<Random, String> node;
    private final Random random;
    private final ChannelClient events;
    private final ChannelClient turns;
    private final History eventHistory = new History();
    private final History turnHistory = new History();
    private final Clients clients = new Clients();
    private final List<Subscriber> subscribers = new ArrayList<>();

    /// The events that all nodes had at the last mark.
    private final List<Entry> marked = new ArrayList<>();

    /// A reader on its thread.
    private record Subscriber(@Nullable String after, TransportSwitchingReader reader, Thread thread) {}

    /// Counts of this load.
    ///
    /// @param logs the logs of its channels
    record Result(List<Log> logs, int acknowledged, int refused, int received, long longestMs) {}

    /// The expected content of a channel.
    record Log(String channel, List<Entry> entries) {}

    /// @param node   chooses the URL of a node
    /// @param name   the name of the channels
    /// @param random determines where requests go
    Load(HttpClient http, Function<Random, String> node, String name, Random random) {
        this.http = http;
        this.node = node;
        this.random = random;
        Supplier<String> anyNode = anyNode();
        events = new ChannelClient(http, anyNode, "events/" + name);
        turns = new ChannelClient(http, anyNode, "turns/" + name);
    }

    private Supplier<String> anyNode() {
        Random choices = new Random(random.nextLong()); // A Random may be used by several threads.
        return () -> node.apply(choices);
    }

    /// @param pause between two publishes of a client
    void start(Duration pause) {
        for (int i = 0; i < PUBLISHERS; i++)
            clients.start(new Publisher("p" + i, events, eventHistory), eventHistory, pause);
        clients.start(new Uploader("u", events, eventHistory), eventHistory, pause.multipliedBy(Uploader.LINES));
        for (int i = 0; i < CONTENDERS; i++)
            clients.start(new ConditionalPublisher("c" + i, turns, turnHistory), turnHistory, pause);
        for (int i = 0; i < SUBSCRIBERS; i++) subscribe(null);
    }

    /// Starts another subscriber, at the last acknowledged event.
    void subscribeAfterNewest() {
        subscribe(eventHistory.publishes().reversed().stream()
                .map(Publish::answer)
                .filter(Answer.Acknowledged.class::isInstance)
                .map(each -> ((Answer.Acknowledged) each).id())
                .findFirst()
                .orElseThrow());
    }

    private void subscribe(@Nullable String after) {
        var reader = new TransportSwitchingReader(
                anyNode(), events.channel(), after == null ? "earliest" : after, http, new Random(random.nextLong()));
        subscribers.add(
                new Subscriber(after, reader, Thread.ofPlatform().daemon().start(reader)));
    }

    /// The history of the publishers without conditions.
    History history() {
        return eventHistory;
    }

    /// Waits for further acknowledged events in both channels.
    ///
    /// @throws AssertionError if clients make no progress, or make a forbidden observation
    void awaitMore(int published, int followed) throws InterruptedException {
        eventHistory.awaitMore(published, PROGRESS_SECONDS);
        turnHistory.awaitMore(followed, PROGRESS_SECONDS);
    }

    /// Ends the publishers, with a last event in each channel.
    void end() throws InterruptedException {
        clients.stop();
        new Publisher("p", events, eventHistory).publish(END);
        new Publisher("p", turns, turnHistory).publish(END);
    }

    /// Ends all clients without waiting, after the test has failed.
    void abandon() {
        clients.abandon();
        for (Subscriber each : subscribers) each.thread.interrupt();
    }

    /// Waits for the subscribers, reads the channels from each node, and checks all histories.
    ///
    /// @param nodes the URLs of all nodes
    /// @throws AssertionError if there is a violation, or a subscriber gets no further
    Result check(List<String> nodes) throws InterruptedException {
        List<Reading> readings = new ArrayList<>();
        for (Subscriber each : subscribers) readings.add(finish(each));
        List<Log> logs =
                List.of(check(nodes, events, eventHistory, readings), check(nodes, turns, turnHistory, List.of()));
        return new Result(
                logs,
                eventHistory.acknowledged() + turnHistory.acknowledged(),
                (int) turnHistory.publishes().stream()
                        .filter(each -> each.answer() instanceof Answer.Refused)
                        .count(),
                readings.stream().mapToInt(each -> each.seen().size()).sum(),
                eventHistory.longestMs());
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

    private Log check(List<String> nodes, ChannelClient channel, History history, List<Reading> readings)
            throws InterruptedException {
        requireNoFaults(history);
        List<List<Entry>> logs = new ArrayList<>();
        for (String each : nodes) logs.add(new ChannelClient(http, () -> each, channel.channel()).readTo(END));
        if (channel == events && !logs.getFirst().subList(0, marked.size()).equals(marked))
            throw new AssertionError("what nodes had at a mark has changed since");
        List<Violation> violations = HistoryChecker.check(history.publishes(), logs, readings);
        if (!violations.isEmpty())
            throw new AssertionError(violations.size() + " violations in " + channel.channel() + ", the first ones: "
                    + violations.subList(0, Math.min(5, violations.size())));
        return new Log(channel.channel(), logs.getFirst());
    }

    /// Publishes an event, and reads what comes between the mark before and this one from each node.
    ///
    /// @throws AssertionError if nodes differ
    void mark(String value, List<String> nodes) throws InterruptedException {
        new Publisher("mark", events, eventHistory).publish(value);
        requireNoFaults(eventHistory);
        String after = marked.isEmpty() ? "earliest" : marked.getLast().id();
        List<Entry> log = new ChannelClient(http, nodes::getFirst, events.channel()).readTo(after, value);
        for (String each : nodes)
            if (!new ChannelClient(http, () -> each, events.channel())
                    .readTo(after, value)
                    .equals(log))
                throw new AssertionError(each + " has another log than " + nodes.getFirst() + " up to " + value);
        marked.addAll(log);
    }

    private static void requireNoFaults(History history) {
        if (!history.faults().isEmpty())
            throw new AssertionError(history.faults().toString());
    }

    /// Reads an earlier load's channel once more, from each node.
    static void requireUnchanged(List<String> nodes, HttpClient http, Log log) throws InterruptedException {
        for (String each : nodes) {
            String last = log.entries().getLast().value();
            if (!new ChannelClient(http, () -> each, log.channel()).readTo(last).equals(log.entries()))
                throw new AssertionError(log.channel() + " of node " + each + " has changed since");
        }
    }
}
