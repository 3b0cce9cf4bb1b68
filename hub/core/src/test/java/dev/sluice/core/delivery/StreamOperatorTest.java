package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.access.AccessDeniedException;
import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Principal;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.delivery.operator.ClosedStreamStatus;
import dev.sluice.core.delivery.operator.StreamFilter;
import dev.sluice.core.delivery.operator.StreamPage;
import dev.sluice.core.delivery.operator.StreamQuery;
import dev.sluice.core.delivery.operator.StreamQuery.Order;
import dev.sluice.core.delivery.schedule.SlicedTask;
import dev.sluice.core.delivery.stream.EndCode;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.Rejection;
import dev.sluice.core.delivery.stream.StreamKind;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/// The operator's view of streams, and their end by hand.
class StreamOperatorTest {
    private static final SubscriptionSpec LATEST = SubscriptionSpec.latest(Selection.of("news"));
    private static final Grant OPERATOR = Grant.EVERYTHING;

    private static Grant grant(String name, String address) {
        return Grant.of(new Principal(name, address), Permissions.ALL);
    }

    private static StreamPage find(Rig rig, StreamFilter filter, Order order, long after, int max) {
        CompletionStage<StreamPage> page =
                rig.hub.operator().find(OPERATOR, new StreamQuery(filter, order, after, max));
        rig.settle();
        return Rig.get(page);
    }

    private static StreamPage find(Rig rig, StreamFilter filter) {
        return find(rig, filter, Order.OLDEST, 0, 100);
    }

    private static int end(Rig rig, StreamFilter filter) {
        CompletionStage<Integer> ended = rig.hub.operator().end(OPERATOR, filter);
        rig.settle();
        return Rig.get(ended);
    }

    private static Client slow(Rig rig, String name, int events) {
        Client client = rig.open(grant(name, "10.0.0.9"), LATEST, rig.wire, new FakeSink().accepting(0));
        rig.settle();
        for (int i = 0; i < events; i++) rig.publish("news", "event");
        rig.settle();
        return client;
    }

    private static StreamFilter ofIdentity(String name) {
        return new StreamFilter(null, null, name, null, null);
    }

    @Test
    void showsTheClientItsChannelsItsBacklogAndItsBytes() {
        try (Rig rig = Rig.start()) {
            Client slow = rig.open(
                    grant("alice", "10.0.0.1"),
                    SubscriptionSpec.latest(Selection.of("news", "a", "b/*", "c", "d")),
                    rig.wire,
                    new FakeSink());
            rig.settle();
            rig.publish("news", "hello");
            rig.settle();
            int bytes = slow.sink.size();
            slow.sink.accepting(0);
            rig.publish("news", "1");
            rig.publish("a", "2");
            rig.settle();
            rig.pass(Duration.ofSeconds(3));
            assertThat(find(rig, StreamFilter.ALL).streams()).singleElement().satisfies(stream -> {
                assertThat(stream.client()).isEqualTo(new Principal("alice", "10.0.0.1"));
                assertThat(stream.channels()).containsExactly(Pattern.of("news"), Pattern.of("a"), Pattern.of("b/*"));
                assertThat(stream.patterns()).isEqualTo(5);
                assertThat(stream.backlog().lag().events()).isEqualTo(2);
                assertThat(stream.backlog().ms()).isEqualTo(3_000);
                assertThat(stream.bytes()).isEqualTo(bytes);
                assertThat(stream.openedMs()).isEqualTo(Rig.START_MS);
            });
        }
    }

    @Test
    void listsTheSlowestFirstAndCountsTheRest() {
        try (Rig rig = Rig.with(_ -> {}, HubSettings.DEFAULT, 2)) {
            for (int i = 0; i < 50; i++) rig.open(i % 2, LATEST, rig.wire, new FakeSink());
            rig.settle();
            slow(rig, "behind", 3);
            slow(rig, "later", 2);
            StreamPage page = find(rig, StreamFilter.ALL, Order.LAG, 0, 3);
            assertThat(page.matched()).isEqualTo(52);
            assertThat(page.streams())
                    .extracting(each -> each.backlog().lag().events())
                    .containsExactly(5L, 2L, 0L);
            assertThat(page.streams()).extracting(each -> each.client().name()).startsWith("behind", "later");
        }
    }

    @Test
    void showsASessionOnceWithTheBacklogOfItsSlowestSubscription() {
        try (Rig rig = Rig.start()) {
            FakeSink sink = new FakeSink();
            Session session = new Session(
                    rig.dispatcher(),
                    OPERATOR,
                    new SessionPropertyTest.TestCallbacks(),
                    _ -> sink,
                    60_000,
                    Session.AGELESS);
            for (String name : List.of("a", "b")) {
                var wire = new SessionPropertyTest.NamedWire(rig.wire, name);
                session.subscribe(OPERATOR, name, SubscriptionSpec.latest(Selection.of(name, name + "2")), wire, wire);
            }
            rig.settle();
            sink.accepting(0);
            rig.publish("a", "1");
            rig.publish("b", "2");
            rig.publish("b", "3");
            rig.settle();
            session.writable();
            rig.settle();
            StreamFilter reading = new StreamFilter(null, null, null, null, new ChannelName("b2"));
            assertThat(find(rig, reading).streams()).singleElement().satisfies(stream -> {
                assertThat(stream.kind()).isEqualTo(StreamKind.SESSION);
                assertThat(stream.patterns()).isEqualTo(4);
                assertThat(stream.channels()).hasSize(3);
            });
            assertThat(find(rig, new StreamFilter(null, null, null, null, new ChannelName("c")))
                            .streams())
                    .isEmpty();
        }
    }

    @Test
    void findsEachOfTenThousandOnceInSlicesAndPages() {
        try (Rig rig = Rig.start()) {
            var several = SubscriptionSpec.latest(Selection.of("x", "y/*", "z"));
            for (int i = 0; i < 10_000; i++) {
                rig.open(grant("u" + i, ""), several);
                if (i % 100 == 0) rig.settle();
            }
            rig.settle();
            CompletionStage<StreamPage> first =
                    rig.hub.operator().find(OPERATOR, new StreamQuery(StreamFilter.ALL, Order.LAG, 0, 10));
            int tasks = 0;
            while (!first.toCompletableFuture().isDone()) {
                rig.runTasks(1);
                tasks++;
            }
            assertThat(tasks).as("slices").isGreaterThan(10_000 / SlicedTask.STEPS_MAX);
            assertThat(Rig.get(first).matched()).isEqualTo(10_000);
            List<Long> all = new ArrayList<>();
            for (long after = 0; ; after = all.getLast()) {
                StreamPage page = find(rig, StreamFilter.ALL, Order.OLDEST, after, 1_000);
                page.streams().forEach(each -> all.add(each.id()));
                if (page.matched() == page.streams().size()) break;
            }
            assertThat(all).hasSize(10_000).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void endsOnlyTheStreamsOfAnIdentity() {
        try (Rig rig = Rig.start()) {
            List<Client> alice = new ArrayList<>();
            for (int i = 0; i < 3; i++) alice.add(rig.open(grant("alice", ""), LATEST));
            Client bob = rig.open(grant("bob", ""), LATEST);
            List<Poll.Result> answers = new ArrayList<>();
            Poll.start(
                    rig.dispatcher(), grant("alice", ""), LATEST, 10, 1 << 20, 10_000, null, _ -> true, answers::add);
            rig.settle();
            assertThat(end(rig, ofIdentity("alice"))).isEqualTo(4);
            assertThat(alice)
                    .allSatisfy(client ->
                            assertThat(client.received()).containsExactly(new WireOutput.AnEnd("ByOperator")));
            assertThat(answers)
                    .containsExactly(new Poll.Result.Refused(new Rejection.Dismissed(new EndReason.ByOperator())));
            assertThat(bob.subscriber().isOver()).isFalse();
            assertThat(rig.hub.metrics().endedStreams()).containsEntry(EndCode.BY_OPERATOR, 4L);
            assertThat(find(rig, StreamFilter.ALL).streams())
                    .extracting(each -> each.client().name())
                    .containsExactly("bob");
        }
    }

    @Test
    void endsOneByItsIdAndNeverReusesTheId() {
        try (Rig rig = Rig.start()) {
            rig.open(grant("alice", ""), LATEST);
            rig.open(grant("alice", ""), LATEST);
            rig.settle();
            long id = find(rig, StreamFilter.ALL).streams().getFirst().id();
            StreamFilter one = new StreamFilter(id, null, null, null, null);
            assertThat(end(rig, one)).isEqualTo(1);
            rig.open(grant("alice", ""), LATEST);
            rig.settle();
            assertThat(end(rig, one)).isZero();
            assertThat(find(rig, StreamFilter.ALL).streams()).hasSize(2).allMatch(each -> each.id() > id);
        }
    }

    @Test
    void remembersTheLastThatEndedAndWhy() {
        try (Rig rig = Rig.start()) {
            for (int i = 0; i < StreamOperator.PAST_MAX; i++) {
                rig.open(grant("early", ""), LATEST).disconnect();
                rig.settle();
            }
            Client late = rig.open(grant("late", ""), LATEST);
            rig.settle();
            rig.publish("news", "hello");
            rig.settle();
            int bytes = late.sink.size();
            rig.pass(Duration.ofSeconds(2));
            late.disconnect();
            Client later = rig.open(grant("later", ""), LATEST);
            rig.settle();
            end(rig, ofIdentity("later"));
            List<ClosedStreamStatus> past = rig.hub.operator().past(OPERATOR, StreamFilter.ALL, 1_000);
            assertThat(past).hasSizeLessThanOrEqualTo(StreamOperator.PAST_MAX);
            assertThat(past.getFirst().reason()).isEqualTo(EndCode.BY_OPERATOR);
            assertThat(past.get(1).reason()).isEqualTo(EndCode.DISCONNECTED);
            assertThat(past.get(1).last().bytes()).isEqualTo(bytes);
            assertThat(past.get(1).endedMs()).isEqualTo(Rig.START_MS + 2_000);
            assertThat(later.subscriber().isOver()).isTrue();
            assertThat(rig.hub.operator().past(OPERATOR, ofIdentity("late"), 10))
                    .hasSize(1);
        }
    }

    @Test
    void isForOperatorsOnly() {
        try (Rig rig = Rig.start()) {
            Grant nobody = Grant.of(new Principal("alice", ""), Permissions.NONE);
            StreamOperator operator = rig.hub.operator();
            assertThatThrownBy(() -> operator.find(nobody, new StreamQuery(StreamFilter.ALL, Order.LAG, 0, 1)))
                    .isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() -> operator.end(nobody, StreamFilter.ALL)).isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() -> operator.past(nobody, StreamFilter.ALL, 1))
                    .isInstanceOf(AccessDeniedException.class);
        }
    }
}
