package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Principal;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.delivery.schedule.SlicedTask;
import dev.sluice.core.delivery.stream.ClosedStream;
import dev.sluice.core.delivery.stream.EndCode;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.Rejection;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/// A revocation ends all readers of a grant, in slices that leave the loop to others.
class RevocationTest {
    private static final String CHANNEL = "news";
    private static final Grant MALLORY = grant("mallory");
    private static final Grant ALICE = grant("alice");
    private static final SubscriptionSpec LATEST = SubscriptionSpec.latest(Selection.of(CHANNEL));

    private final List<Poll.Result> answers = new ArrayList<>();

    private static Grant grant(String name) {
        return Grant.of(new Principal(name, ""), Permissions.ALL);
    }

    private static CompletionStage<Integer> revoke(Rig rig, String name) {
        return rig.hub.revoke(grant -> grant.principal().name().equals(name));
    }

    @Test
    void endsTenThousandReadersInSlices() {
        try (Rig rig = Rig.start()) {
            List<Client> revoked = new ArrayList<>();
            List<Client> others = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                revoked.add(rig.open(MALLORY, LATEST));
                if (i % 100 == 0) others.add(rig.open(ALICE, LATEST));
                if (i % 100 == 0) rig.settle();
            }
            rig.settle();
            CompletionStage<Integer> ended = revoke(rig, "mallory");
            FakeLoop loop = rig.loops.getFirst();
            long over = 0;
            int slices = 0;
            while (!ended.toCompletableFuture().isDone()) {
                assertThat(loop.runOne()).isTrue();
                long now = revoked.stream()
                        .filter(client -> client.subscriber().isOver())
                        .count();
                assertThat(now - over).as("ends decided in one task").isLessThanOrEqualTo(SlicedTask.STEPS_MAX / 16);
                if (now > over) slices++;
                over = now;
            }
            assertThat(slices).isGreaterThan(10);
            assertThat(Rig.get(ended)).isEqualTo(10_000);
            rig.publish(CHANNEL, "later");
            rig.settle();
            assertThat(revoked).allSatisfy(client -> {
                assertThat(client.received()).containsExactly(new WireOutput.AnEnd("Revoked"));
                assertThat(client.sink.ended()).isTrue();
            });
            assertThat(others).allSatisfy(client -> assertThat(client.data()).containsExactly("later"));
            assertThat(rig.hub.metrics().endedStreams()).containsEntry(EndCode.REVOKED, 10_000L);
            assertThat(rig.hub.readers().readers()).isEqualTo(100);
        }
    }

    @Test
    void servesOthersBetweenTwoSlices() {
        try (Rig rig = Rig.start()) {
            for (int i = 0; i < 2_000; i++) rig.open(MALLORY, SubscriptionSpec.latest(Selection.of("other")));
            Client bystander = rig.open(ALICE, LATEST);
            rig.settle();
            CompletionStage<Integer> ended = revoke(rig, "mallory");
            rig.runTasks(2);
            rig.publish(CHANNEL, "now");
            while (bystander.data().isEmpty()) rig.runTasks(1);
            assertThat(ended.toCompletableFuture().isDone()).isFalse();
            rig.settle();
            assertThat(Rig.get(ended)).isEqualTo(2_000);
        }
    }

    @Test
    void missesNoneWhileReadersComeAndGo() {
        for (int seed = 0; seed < 50; seed++) {
            try (Rig rig = Rig.start()) {
                var random = new Random(seed);
                List<Client> revoked = new ArrayList<>();
                List<Client> others = new ArrayList<>();
                for (int i = 0; i < 600; i++) {
                    var spec = SubscriptionSpec.latest(Selection.of("c" + random.nextInt(40), "p/*"));
                    if (random.nextBoolean()) revoked.add(rig.open(MALLORY, spec));
                    else others.add(rig.open(ALICE, spec));
                }
                rig.settle();
                CompletionStage<Integer> ended = revoke(rig, "mallory");
                while (!ended.toCompletableFuture().isDone()) {
                    rig.runTasks(1);
                    for (int i = 0; i < 20; i++)
                        others.remove(random.nextInt(others.size())).disconnect();
                    for (int i = 0; i < 20; i++) {
                        others.add(rig.open(ALICE, SubscriptionSpec.latest(Selection.of("c" + random.nextInt(60)))));
                    }
                }
                rig.settle();
                assertThat(Rig.get(ended)).as("seed " + seed).isEqualTo(revoked.size());
                assertThat(revoked)
                        .as("seed " + seed)
                        .allMatch(client -> client.subscriber().isEnded());
                assertThat(others)
                        .as("seed " + seed)
                        .noneMatch(client -> client.subscriber().isOver());
            }
        }
    }

    @Test
    void concernsAllLoops() {
        try (Rig rig = Rig.with(_ -> {}, HubSettings.DEFAULT, 3)) {
            List<Client> clients = new ArrayList<>();
            for (int loop = 0; loop < 3; loop++) {
                var client = new Client(rig, new FakeSink());
                client.grant = MALLORY;
                Dispatcher dispatcher = rig.dispatcher(loop);
                rig.loops.get(loop).execute(() -> client.open(dispatcher, LATEST, rig.wire));
                clients.add(client);
            }
            rig.settle();
            CompletionStage<Integer> ended = revoke(rig, "mallory");
            rig.settle();
            assertThat(Rig.get(ended)).isEqualTo(3);
            assertThat(clients).allMatch(client -> client.subscriber().isEnded());
        }
    }

    @Test
    void refusesAReaderWhoseStartIsBeingResolved() {
        try (Rig rig = Rig.start()) {
            SubscriptionSpec ahead = LATEST.from(new SubscriptionSpec.From.Resume("e1-1000"));
            Client client = rig.open(MALLORY, ahead);
            Poll.start(rig.dispatcher(), MALLORY, ahead, 10, 1 << 20, 10_000, null, _ -> true, answers::add);
            rig.settle();
            assertThat(client.outcome).isNull();
            CompletionStage<Integer> ended = revoke(rig, "mallory");
            rig.settle();
            assertThat(Rig.get(ended)).isEqualTo(2);
            assertThat(client.outcome).isEqualTo("REVOKED");
            assertThat(answers)
                    .containsExactly(new Poll.Result.Refused(new Rejection.Dismissed(new EndReason.Revoked())));
            assertThat(rig.ended).as("neither has become a stream").isEmpty();
            assertThat(rig.hub.readers().readers()).isZero();
        }
    }

    @Test
    void answersAWaitingPollWithoutWhatIsPublishedLater() {
        try (Rig rig = Rig.start()) {
            Poll.start(rig.dispatcher(), MALLORY, LATEST, 10, 1 << 20, 10_000, null, _ -> true, answers::add);
            rig.settle();
            revoke(rig, "mallory");
            rig.publish(CHANNEL, "secret"); // Before the loop has a turn.
            rig.settle();
            assertThat(answers)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Poll.Result.Found.class,
                            found -> assertThat(found.events()).isEmpty());
            assertThat(rig.ended).extracting(ClosedStream::reason).containsExactly(new EndReason.Revoked());
        }
    }

    @Test
    void failsWithItsPredicateAndEndsNothing() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(MALLORY, LATEST);
            rig.settle();
            CompletionStage<Integer> ended = rig.hub.revoke(_ -> {
                throw new IllegalStateException("broken");
            });
            rig.settle();
            assertThatThrownBy(() -> ended.toCompletableFuture().join()).hasRootCauseMessage("broken");
            rig.pass(Duration.ofSeconds(1));
            assertThat(client.subscriber().isOver()).isFalse();
        }
    }
}
