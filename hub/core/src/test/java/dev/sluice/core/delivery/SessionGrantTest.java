package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Principal;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.stream.ClosedStream;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.StreamKind;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// A session ends with its grant; a subscription with a grant of its own ends alone.
class SessionGrantTest {
    private static final Duration LEFT = Duration.ofSeconds(100);
    private static final Duration SPREAD = Duration.ofSeconds(31);

    @AutoClose
    private final Rig rig = Rig.start();

    private final FakeSink sink = new FakeSink();

    private static Grant grant(String name, String... patterns) {
        List<Permission> permissions =
                List.of(patterns).stream().map(Pattern::of).map(Permission::on).toList();
        return Grant.of(new Principal(name, ""), Permissions.of(Map.of(Verb.SUBSCRIBE, permissions)));
    }

    private Grant expiring(Grant grant, Duration left) {
        return grant.until(rig.now().plus(left), rig::now);
    }

    private Session session(Grant grant) {
        long rarelyMs = Duration.ofHours(1).toMillis();
        return new Session(
                rig.dispatcher(), grant, new SessionPropertyTest.TestCallbacks(), _ -> sink, rarelyMs, Session.AGELESS);
    }

    private void subscribe(Session session, Grant grant, String name) {
        var wire = new SessionPropertyTest.NamedWire(rig.wire, name);
        session.subscribe(grant, name, SubscriptionSpec.latest(Selection.of(name)), wire, wire);
        rig.settle();
    }

    /// All control frames but those before each event.
    private List<String> frames() {
        return WireOutput.parse(sink.bytes()).complete().stream()
                .filter(WireOutput.Control.class::isInstance)
                .map(output -> ((WireOutput.Control) output).text())
                .filter(text -> !text.startsWith("of-"))
                .toList();
    }

    private List<String> data() {
        return WireOutput.parse(sink.bytes()).complete().stream()
                .filter(WireOutput.AnEvent.class::isInstance)
                .map(output -> ((WireOutput.AnEvent) output).data())
                .toList();
    }

    @Test
    void endsWithItsGrant() {
        Grant grant = expiring(grant("alice", "**"), LEFT);
        Session session = session(grant);
        subscribe(session, grant, "a");
        rig.pass(LEFT);
        assertThat(session.isOver()).isFalse();
        rig.pass(SPREAD);
        assertThat(frames()).containsExactly("begins-a", "EXPIRED");
        assertThat(sink.ended()).isTrue();
        assertThat(rig.ended)
                .extracting(ClosedStream::kind, ClosedStream::reason)
                .containsExactly(tuple(StreamKind.SESSION, new EndReason.Expired()));
        assertThat(rig.hub.readers().readers()).isZero();
    }

    @Test
    void endsASubscriptionWithItsOwnGrantAlone() {
        Grant grant = grant("alice", "open", "third");
        Session session = session(grant);
        subscribe(session, grant, "open");
        rig.pass(Duration.ofMinutes(1));
        subscribe(session, expiring(grant("alice", "private/**"), LEFT), "private/1");
        subscribe(session, expiring(grant("alice", "private/**"), LEFT.multipliedBy(2)), "private/2");
        rig.pass(LEFT);
        assertThat(session.subscriptions()).isEqualTo(3);
        rig.pass(SPREAD);
        assertThat(frames())
                .containsExactly("begins-open", "begins-private/1", "begins-private/2", "EXPIRED-private/1");
        rig.publish("private/1", "secret");
        rig.publish("private/2", "seen");
        rig.publish("open", "seen");
        rig.settle();
        assertThat(data()).containsExactlyInAnyOrder("seen", "seen");
        rig.pass(LEFT);
        assertThat(frames()).endsWith("EXPIRED-private/2");
        assertThat(session.isOver()).isFalse();
        assertThat(session.subscriptions()).isEqualTo(1);
        assertThat(rig.ended)
                .extracting(ClosedStream::kind)
                .containsExactly(StreamKind.SUBSCRIPTION, StreamKind.SUBSCRIPTION);
    }

    @Test
    void goesOnWithARenewedGrant() {
        Grant grant = expiring(grant("alice", "**"), LEFT);
        Session session = session(grant);
        subscribe(session, grant, "a");
        rig.pass(LEFT); // Expired, and not ended yet.
        Grant renewed = expiring(grant("alice", "**"), LEFT.multipliedBy(2));
        session.refresh(renewed);
        assertThat(session.grant()).isSameAs(renewed);
        rig.pass(LEFT);
        rig.publish("a", "on");
        rig.settle();
        assertThat(data()).containsExactly("on");
        rig.pass(LEFT.plus(SPREAD));
        assertThat(frames()).containsExactly("begins-a", "EXPIRED");
    }

    @Test
    void losesTheSubscriptionsThatARenewedGrantDoesNotPermit() {
        Grant grant = grant("alice", "a", "b", "c/**");
        Session session = session(grant);
        for (String name : List.of("a", "b", "c/d")) subscribe(session, grant, name);
        subscribe(session, grant("alice", "private"), "private");
        session.refresh(grant("alice", "a", "c/*"));
        rig.settle();
        assertThat(frames()).hasSize(5).endsWith("REVOKED-b");
        for (String name : List.of("a", "b", "c/d", "private")) rig.publish(name, name);
        rig.settle();
        assertThat(data()).containsExactlyInAnyOrder("a", "c/d", "private");
        assertThat(session.subscriptions()).isEqualTo(3);
    }

    @Test
    void refusesAGrantOfAnotherPrincipal() {
        Grant grant = grant("alice", "a");
        Session session = session(grant);
        for (Grant other : List.of(grant("bob", "a"), Grant.EVERYTHING)) {
            assertThatThrownBy(() -> session.refresh(other)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(session.grant()).isSameAs(grant);
    }

    @Test
    void endsWhenItsGrantIsRevoked() {
        Grant grant = grant("mallory", "**");
        Session session = session(grant);
        subscribe(session, grant, "a");
        subscribe(session, grant, "b");
        CompletionStage<Integer> ended =
                rig.hub.revoke(each -> each.principal().name().equals("mallory"));
        rig.settle();
        assertThat(Rig.get(ended))
                .as("the session, whose subscriptions end with it")
                .isEqualTo(1);
        assertThat(frames()).endsWith("REVOKED").doesNotContain("REVOKED-a");
        assertThat(sink.ended()).isTrue();
    }

    @Test
    void losesTheSubscriptionWhoseOwnGrantIsRevoked() {
        Grant room = grant("alice", "private");
        Session session = session(grant("alice", "open"));
        subscribe(session, session.grant(), "open");
        subscribe(session, room, "private");
        CompletionStage<Integer> ended = rig.hub.revoke(room::equals);
        rig.settle();
        assertThat(Rig.get(ended)).isEqualTo(1);
        assertThat(frames()).containsExactly("begins-open", "begins-private", "REVOKED-private");
        assertThat(session.isOver()).isFalse();
    }

    @Test
    void isRevokedAlsoWithoutSubscriptions() {
        session(grant("mallory"));
        CompletionStage<Integer> ended =
                rig.hub.revoke(each -> each.principal().name().equals("mallory"));
        rig.settle();
        assertThat(Rig.get(ended)).isEqualTo(1);
        assertThat(frames()).containsExactly("REVOKED");
    }

    @Test
    void isCutIfItsClientDoesNotAcceptTheLastFrame() {
        Grant grant = grant("mallory", "**");
        Session session = session(grant);
        subscribe(session, grant, "a");
        sink.accepting(10);
        rig.publish("a", "more than it takes");
        rig.settle();
        rig.hub.revoke(each -> true);
        rig.settle().pass(Duration.ofSeconds(16));
        assertThat(sink.ended()).isFalse();
        assertThat(rig.ended).extracting(ClosedStream::reason).containsExactly(new EndReason.Revoked());
    }
}
