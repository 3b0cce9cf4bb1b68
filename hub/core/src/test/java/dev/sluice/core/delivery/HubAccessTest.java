package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.access.AccessDeniedException;
import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Principal;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.channel.ChannelListing;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.delivery.stream.Wire;
import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Event;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import dev.sluice.core.log.Publication;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

final class HubAccessTest {
    private static final ChannelName CHANNEL = new ChannelName("open/a");

    @AutoClose
    private final Rig rig = Rig.start();

    private static Grant grant(String principal, Verb... verbs) {
        var permissions = new EnumMap<Verb, List<Permission>>(Verb.class);
        for (Verb verb : verbs) permissions.put(verb, List.of(Permission.on(Pattern.of("open/**"))));
        return Grant.of(new Principal(principal, ""), Permissions.of(permissions));
    }

    private static Publication event(String channel, boolean ends) {
        var draft = new Draft(new ChannelName(channel), "message", EventFields.NONE, Content.NONE, false, ends);
        return new Publication(draft, Conditions.NONE);
    }

    private static Publication end(String channel) {
        return new Publication(Draft.end(new ChannelName(channel)), Conditions.NONE);
    }

    private void assertDenied(Verb verb, ThrowingCallable call) {
        var head = rig.log.head();
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        AccessDeniedException.class,
                        denied -> assertThat(denied.verb()).isEqualTo(verb));
        assertThat(rig.log.head()).isEqualTo(head);
    }

    @Test
    void appendsOnlyWhatIsGranted() {
        Grant publisher = grant("", Verb.PUBLISH);
        Grant closer = grant("", Verb.CLOSE);
        assertDenied(Verb.PUBLISH, () -> rig.hub.publish(closer, event("open/a", false)));
        assertDenied(Verb.PUBLISH, () -> rig.hub.publish(publisher, event("secret", false)));
        assertDenied(Verb.CLOSE, () -> rig.hub.publish(publisher, event("open/a", true)));
        assertDenied(Verb.CLOSE, () -> rig.hub.publish(publisher, end("open/a")));
        assertDenied(
                Verb.PUBLISH,
                () -> rig.hub.publishAll(publisher, List.of(event("open/a", false), event("secret", false))));
        assertThat(rig.hub
                        .publish(publisher, event("open/a", false))
                        .toCompletableFuture()
                        .join())
                .isInstanceOf(AppendResult.Placed.class);
        assertThat(rig.hub.publish(closer, end("open/a")).toCompletableFuture().join())
                .isInstanceOf(AppendResult.Placed.class);
    }

    @Test
    void appendsOnlyEventsOfTheGrantedTypeAndKey() {
        var limited = new Permission(Pattern.of("open/**"), "reading", "alice");
        Grant alice = Grant.of(new Principal("alice", ""), Permissions.of(Map.of(Verb.PUBLISH, List.of(limited))));
        assertDenied(Verb.PUBLISH, () -> rig.hub.publish(alice, event("open/a", false)));
        assertDenied(Verb.PUBLISH, () -> rig.hub.publish(alice, keyed("reading", "bob")));
        assertDenied(Verb.PUBLISH, () -> rig.hub.publish(alice, keyed("message", "alice")));
        assertDenied(
                Verb.PUBLISH,
                () -> rig.hub.publishAll(alice, List.of(keyed("reading", "alice"), keyed("reading", "bob"))));
        assertThat(rig.hub
                        .publish(alice, keyed("reading", "alice"))
                        .toCompletableFuture()
                        .join())
                .isInstanceOf(AppendResult.Placed.class);
        rig.hub.watchEnd(alice, CHANNEL, () -> {}).close();
    }

    private static Publication keyed(String type, String key) {
        return new Publication(Draft.event(CHANNEL, type, EventFields.ofKey(key), Content.NONE), Conditions.NONE);
    }

    @Test
    void namesThePublisherOfEachEvent() {
        Client reader = rig.follow("open/a");
        var wire = new FromWire();
        Client names = rig.open(SubscriptionSpec.latest(Selection.of("open/a")), wire, new FakeSink());
        rig.settle();
        Grant alice = grant("alice", Verb.PUBLISH, Verb.CLOSE);
        Grant backend = grant("backend", Verb.PUBLISH, Verb.PUBLISH_AS);
        rig.hub.publish(alice, event("open/a", false));
        rig.hub.publish(grant("", Verb.PUBLISH), event("open/a", false));
        rig.hub.publish(backend, from("bob"));
        rig.hub.publishAll(backend, List.of(from("carol"), event("open/a", false)));
        rig.hub.publish(alice, end("open/a"));
        rig.settle();
        assertThat(reader.data()).hasSize(5);
        assertThat(names.text()).startsWith("alice,null,bob,carol,backend,");
    }

    @Test
    void publishesForAnotherUserOnlyIfGranted() {
        Grant alice = grant("alice", Verb.PUBLISH);
        assertDenied(Verb.PUBLISH_AS, () -> rig.hub.publish(alice, from("bob")));
        assertDenied(Verb.PUBLISH_AS, () -> rig.hub.publishAll(alice, List.of(event("open/a", false), from("bob"))));
        assertDenied(Verb.PUBLISH, () -> rig.hub.publish(grant("alice", Verb.PUBLISH_AS), from("bob")));
    }

    private static Publication from(String name) {
        return new Publication(
                Draft.event(CHANNEL, "message", EventFields.NONE.with("from", name), Content.NONE), Conditions.NONE);
    }

    @Test
    void readsAndDeletesOnlyWhatIsGranted() {
        Grant reader = grant("", Verb.SUBSCRIBE);
        Grant writer = grant("", Verb.PUBLISH);
        assertDenied(Verb.DELETE, () -> rig.hub.delete(reader, CHANNEL));
        assertDenied(Verb.DELETE, () -> rig.hub.forget(reader, CHANNEL, rig.log.head()));
        assertDenied(Verb.DELETE, () -> rig.hub.forgetKey(reader, CHANNEL, "k"));
        assertDenied(Verb.SUBSCRIBE, () -> rig.hub.channel(writer, CHANNEL));
        assertDenied(Verb.PUBLISH, () -> rig.hub.watchEnd(reader, CHANNEL, () -> {}));
        assertThat(rig.hub.channel(reader, CHANNEL).events()).isZero();
    }

    @Test
    void opensNoReaderOfASelectionThatIsPartlyGranted() {
        Grant reader = grant("", Verb.SUBSCRIBE);
        SubscriptionSpec spec = SubscriptionSpec.latest(Selection.of("open/a", "secret"));
        var client = new Client(rig, new FakeSink());
        assertDenied(Verb.SUBSCRIBE, () -> rig.dispatcher().subscribe(reader, spec, rig.wire, client));
        assertDenied(Verb.SUBSCRIBE, () -> rig.dispatcher().poll(reader, spec, 1, 1, 0, null, _ -> true, answer -> {}));
        var session = new Session(
                rig.dispatcher(),
                Grant.EVERYTHING,
                new SessionPropertyTest.TestCallbacks(),
                _ -> new FakeSink(),
                1_000,
                Session.AGELESS);
        var wire = new SessionPropertyTest.NamedWire(rig.wire, "s");
        assertDenied(Verb.SUBSCRIBE, () -> session.subscribe(reader, "s", spec, wire, wire));
        assertThat(session.subscriptions()).isZero();
        assertThat(rig.hub.readers().readers()).isZero();
    }

    @Test
    void readsPresenceChannelsByTheVerbPresence() {
        Grant watcher = grant("", Verb.PRESENCE);
        Grant reader = grant("", Verb.SUBSCRIBE);
        for (String shadow : List.of("$presence/open/a", "$presence/open/*", "$presence/open/**")) {
            SubscriptionSpec spec = SubscriptionSpec.latest(Selection.of(shadow));
            assertDenied(
                    Verb.PRESENCE, () -> rig.dispatcher().poll(reader, spec, 1, 1, 0, null, _ -> true, answer -> {}));
            rig.dispatcher().poll(watcher, spec, 1, 1, 0, null, _ -> true, answer -> {});
        }
        SubscriptionSpec all = SubscriptionSpec.latest(Selection.of("$presence/**"));
        assertDenied(Verb.PRESENCE, () -> rig.dispatcher().poll(watcher, all, 1, 1, 0, null, _ -> true, answer -> {}));
    }

    @Test
    void listsOnlyWhatIsGranted() {
        for (int i = 0; i < 2_500; i++) rig.hub.publish(Grant.EVERYTHING, event("closed/%04d".formatted(i), false));
        rig.hub.publish(Grant.EVERYTHING, event("open/a", false));
        rig.hub.publish(Grant.EVERYTHING, event("open/b", false));
        rig.hub.publish(Grant.EVERYTHING, event("zz", false));

        assertDenied(Verb.LIST, () -> rig.hub.channels(grant("", Verb.SUBSCRIBE), null, 10));
        assertThat(list(grant("", Verb.LIST), 10)).containsExactly("open/a", "open/b");
        assertThat(list(grant("", Verb.LIST), 1)).containsExactly("open/a");
        assertThat(list(Grant.EVERYTHING, 5_000)).hasSize(2_503).endsWith("open/a", "open/b", "zz");
    }

    private List<String> list(Grant grant, int max) {
        var names = new ArrayList<String>();
        @Nullable ChannelName after = null;
        do {
            ChannelListing page = rig.hub.channels(grant, after, max - names.size());
            for (ChannelState state : page.channels()) names.add(state.name().value());
            after = page.next();
        } while (after != null && names.size() < max);
        return names;
    }

    @Test
    void keepsIdempotencyKeysOfPrincipalsApart() {
        Grant alice = grant("alice", Verb.PUBLISH);
        Grant bob = grant("bob", Verb.PUBLISH);
        Grant anonymous = grant("", Verb.PUBLISH);
        var idempotency = new Conditions.Idempotency("", "k", "print");
        var publication = new Publication(
                event("open/a", false).draft(), new Conditions(idempotency, new Conditions.Newest.Any()));
        for (Grant each : List.of(anonymous, alice, bob)) {
            assertThat(rig.hub.publish(each, publication).toCompletableFuture().join())
                    .isInstanceOf(AppendResult.Placed.class);
            assertThat(rig.hub
                            .publishAll(each, List.of(publication))
                            .toCompletableFuture()
                            .join())
                    .isInstanceOfSatisfying(
                            AppendResult.Batch.All.class,
                            all -> assertThat(all.each()).singleElement().isInstanceOf(AppendResult.Same.class));
        }
        assertThat(rig.hub
                        .publish(Grant.EVERYTHING, publication)
                        .toCompletableFuture()
                        .join())
                .isInstanceOf(AppendResult.Same.class);
        assertThat(rig.log.channel(CHANNEL).events()).isEqualTo(3);
    }

    /// Writes the publisher of each event.
    private static final class FromWire implements Wire {
        @Override
        public int formatId() {
            return 5;
        }

        @Override
        public void event(Event event, ByteBuilder out) {
            out.text(event.from() + ",");
        }

        @Override
        public byte @Nullable [] gap(Gap gap) {
            return null;
        }

        @Override
        public byte @Nullable [] heartbeat(Cursor at, Lag lag) {
            return null;
        }

        @Override
        public byte @Nullable [] closed(ChannelName channel, Cursor at) {
            return null;
        }

        @Override
        public byte @Nullable [] end(EndReason.Reported reason) {
            return null;
        }

        @Override
        public String transport() {
            return "test";
        }
    }
}
