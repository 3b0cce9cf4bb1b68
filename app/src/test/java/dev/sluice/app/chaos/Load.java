package dev.sluice.app.chaos;

import dev.sluice.app.killed.ChannelClient;
import dev.sluice.app.killed.Clients;
import dev.sluice.app.killed.Publisher;
import dev.sluice.app.killed.TransportSwitchingReader;
import dev.sluice.core.event.Event;
import dev.sluice.core.history.History;
import dev.sluice.core.history.HistoryChecker;
import dev.sluice.core.history.Publish;
import dev.sluice.core.history.Publish.Answer;
import dev.sluice.core.history.Publishes;
import dev.sluice.core.history.Violation;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

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
    private final Publishes eventPublishes = new Publishes();
    private final Publishes turnPublishes = new Publishes();
    private final Clients clients = new Clients();
    private final List<TransportSwitchingReader> subscribers = new ArrayList<>();

    /// The events that all nodes had at the last mark.
    private final List<JsonNode> marked = new ArrayList<>();

    /// Counts of this load.
    ///
    /// @param logs the logs of its channels
    record Result(List<Log> logs, int acknowledged, int refused, int received, long longestMs) {}

    /// The expected content of a channel.
    record Log(String channel, List<JsonNode> entries) {}

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
            clients.start(new Publisher("p" + i, events, eventPublishes), eventPublishes, pause);
        clients.start(new Uploader("u", events, eventPublishes), eventPublishes, pause.multipliedBy(Uploader.LINES));
        for (int i = 0; i < CONTENDERS; i++)
            clients.start(new ConditionalPublisher("c" + i, turns, turnPublishes), turnPublishes, pause);
        for (int i = 0; i < SUBSCRIBERS; i++) subscribe(null);
    }

    /// Starts another subscriber, at the last acknowledged event.
    void subscribeAfterNewest() {
        subscribe(eventPublishes.all().reversed().stream()
                .map(Publish::answer)
                .filter(Answer.Acknowledged.class::isInstance)
                .map(each -> ((Answer.Acknowledged) each).id())
                .findFirst()
                .orElseThrow());
    }

    private void subscribe(@Nullable String after) {
        var choices = new Random(random.nextLong());
        subscribers.add(new TransportSwitchingReader(anyNode(), events.channel(), after, choices));
    }

    /// The publishes without a condition.
    Publishes publishes() {
        return eventPublishes;
    }

    /// Waits for further acknowledged events in both channels.
    ///
    /// @throws AssertionError if clients make no progress, or make a forbidden observation
    void awaitMore(int published, int followed) throws InterruptedException {
        eventPublishes.awaitMore(published, PROGRESS_SECONDS);
        turnPublishes.awaitMore(followed, PROGRESS_SECONDS);
    }

    /// Ends the publishers, with a last event in each channel.
    void end() throws InterruptedException {
        clients.stop();
        new Publisher("p", events, eventPublishes).publish(END);
        new Publisher("p", turns, turnPublishes).publish(END);
    }

    /// Ends all clients without waiting, after the test has failed.
    void abandon() {
        clients.abandon();
        subscribers.forEach(TransportSwitchingReader::abandon);
    }

    /// Waits for the subscribers, reads the channels from each node, and checks all histories.
    ///
    /// @param nodes the URLs of all nodes
    /// @throws AssertionError if there is a violation, or a subscriber gets no further
    Result check(List<String> nodes) throws InterruptedException {
        for (TransportSwitchingReader each : subscribers) each.awaitEnd(Duration.ofSeconds(PROGRESS_SECONDS));
        Log eventLog = check(nodes, events, eventPublishes);
        List<Log> logs = List.of(eventLog, check(nodes, turns, turnPublishes));
        History history = History.of(ChannelClient.events(eventLog.entries()));
        for (TransportSwitchingReader each : subscribers) each.check(history);
        return new Result(
                logs,
                eventPublishes.acknowledged() + turnPublishes.acknowledged(),
                (int) turnPublishes.all().stream()
                        .filter(each -> each.answer() instanceof Answer.Refused)
                        .count(),
                subscribers.stream()
                        .mapToInt(TransportSwitchingReader::received)
                        .sum(),
                eventPublishes.longestMs());
    }

    private Log check(List<String> nodes, ChannelClient channel, Publishes publishes) throws InterruptedException {
        publishes.requireNoFaults();
        List<List<JsonNode>> logs = new ArrayList<>();
        for (String each : nodes) logs.add(new ChannelClient(http, () -> each, channel.channel()).readTo(END));
        if (channel == events && !logs.getFirst().subList(0, marked.size()).equals(marked))
            throw new AssertionError("what nodes had at a mark has changed since");
        List<Event> log = ChannelClient.events(logs.getFirst());
        List<Violation> violations = new ArrayList<>(HistoryChecker.checkNodes(logs));
        violations.addAll(HistoryChecker.check(publishes.all(), log));
        if (!violations.isEmpty())
            throw new AssertionError(violations.size() + " violations in " + channel.channel() + ", the first ones: "
                    + violations.subList(0, Math.min(5, violations.size())));
        return new Log(channel.channel(), logs.getFirst());
    }

    /// Publishes an event, and reads what comes between the mark before and this one from each node.
    ///
    /// @throws AssertionError if nodes differ
    void mark(String value, List<String> nodes) throws InterruptedException {
        new Publisher("mark", events, eventPublishes).publish(value);
        eventPublishes.requireNoFaults();
        String after =
                marked.isEmpty() ? "earliest" : marked.getLast().path("id").asString();
        List<JsonNode> log = new ChannelClient(http, nodes::getFirst, events.channel()).readTo(after, value);
        for (String each : nodes)
            if (!new ChannelClient(http, () -> each, events.channel())
                    .readTo(after, value)
                    .equals(log))
                throw new AssertionError(each + " has another log than " + nodes.getFirst() + " up to " + value);
        marked.addAll(log);
    }

    /// Reads an earlier load's channel once more, from each node.
    static void requireUnchanged(List<String> nodes, HttpClient http, Log log) throws InterruptedException {
        for (String each : nodes) {
            String last = log.entries().getLast().path("data").asString();
            if (!new ChannelClient(http, () -> each, log.channel()).readTo(last).equals(log.entries()))
                throw new AssertionError(log.channel() + " of node " + each + " has changed since");
        }
    }
}
