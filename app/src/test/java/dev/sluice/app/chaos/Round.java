package dev.sluice.app.chaos;

import dev.sluice.app.killed.ChannelClient;
import dev.sluice.app.killed.Clients;
import dev.sluice.app.killed.Publisher;
import dev.sluice.core.event.Event;
import dev.sluice.core.history.HistoryChecker;
import dev.sluice.core.history.Publishes;
import dev.sluice.core.history.Violation;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// Faults, one after the other, under load. After each fault everything is repaired, and all nodes are ready
/// again; at the end the histories are checked.
final class Round {
    private static final String END = "end";
    private static final int DELETING = 2;
    private static final Duration DELETING_PAUSE = Duration.ofMillis(100);

    /// Beside other tests, clients without pauses would keep a processor busy all the time.
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final ChaosCluster cluster;
    private final HttpClient http;
    private final int number;
    private final Random random;
    private final Load load;
    private final Clients deleting = new Clients();
    private final List<DeletingPublisher> publishers;
    private final Publishes deletingPublishes = new Publishes();
    private int started;

    /// The actions of a round.
    ///
    /// @param started nodes that had ended
    /// @param readyMs the longest time until a node was ready again
    record Result(Load.Result load, int started, int deleted, long readyMs) {}

    Round(ChaosCluster cluster, HttpClient http, int number, Random random) {
        this.cluster = cluster;
        this.http = http;
        this.number = number;
        this.random = random;
        load = new Load(
                http, choices -> cluster.url(choices.nextInt(cluster.size())), Integer.toString(number), random);
        publishers = IntStream.range(0, cluster.isPlain() ? 0 : DELETING)
                .mapToObj(each -> deletingPublisher(gone(Integer.toString(each))))
                .toList();
    }

    private String gone(String name) {
        return "gone/" + number + "/" + name;
    }

    private DeletingPublisher deletingPublisher(String name) {
        var choices = new Random(random.nextLong());
        return new DeletingPublisher(
                http, () -> cluster.url(cluster.firstTried(choices)), anyNode(), name, deletingPublishes);
    }

    private Supplier<String> anyNode() {
        var choices = new Random(random.nextLong());
        return () -> cluster.url(choices.nextInt(cluster.size()));
    }

    /// @throws AssertionError if clients or nodes make no progress, or there is a violation
    Result run(List<Fault> faults) throws Exception {
        boolean isOver = false;
        try (var members = new Members(http, anyNode(), "room/" + number, new Random(random.nextLong()))) {
            begin(members);
            for (Fault each : faults) survive(each);
            load.awaitMore(0, 5);
            deleting.stop();
            load.end();
            started += cluster.awaitCaughtUp();
            cluster.nodeHistory().settled();
            List<Violation> violations = new ArrayList<>(cluster.nodeHistory().violations());
            if (!cluster.isPlain()) {
                violations.addAll(members.settle(cluster.urls()));
                violations.addAll(checkDeletions());
            }
            if (!violations.isEmpty()) throw new AssertionError(violations.toString());
            Load.Result checked = load.check(cluster.urls());
            isOver = true;
            int deleted = publishers.stream()
                    .mapToInt(each -> each.deletions().size())
                    .sum();
            return new Result(checked, started, deleted, cluster.nodeHistory().takeLongestReadyMs());
        } finally {
            if (!isOver) {
                load.abandon();
                deleting.abandon();
            }
        }
    }

    private void begin(Members members) throws InterruptedException {
        load.start(cluster.isPlain() ? PAUSE : Duration.ZERO);
        for (DeletingPublisher each : publishers) deleting.start(each, deletingPublishes, DELETING_PAUSE);
        if (!cluster.isPlain()) members.start();
        load.awaitMore(10 + random.nextInt(20), 0);
        load.subscribeAfterNewest();
    }

    private void survive(Fault fault) throws Exception {
        fault.inflict(cluster, random, load.publishes());
        started += Fault.heal(cluster);
        started += cluster.awaitReady();
        load.awaitMore(20, 0);
    }

    private List<Violation> checkDeletions() throws InterruptedException {
        // A node carries out earlier requests first: once it has acknowledged this one, none is in progress there.
        for (String each : cluster.urls())
            publishGone(each, "barrier-" + URI.create(each).getPort());
        publishGone(cluster.url(0), END);
        deletingPublishes.requireNoFaults();
        List<List<JsonNode>> logs = new ArrayList<>();
        for (String each : cluster.urls()) logs.add(new ChannelClient(http, () -> each, gone("**")).readTo(END));
        List<Violation> violations = new ArrayList<>(HistoryChecker.checkNodes(logs));
        List<List<Event>> events = logs.stream().map(ChannelClient::events).toList();
        for (DeletingPublisher each : publishers)
            violations.addAll(HistoryChecker.checkDeletions(each.deletions(), events));
        return violations;
    }

    private void publishGone(String node, String value) throws InterruptedException {
        var channel = new ChannelClient(http, () -> node, gone("over"));
        new Publisher("over", channel, deletingPublishes).publish(value);
    }
}
