package dev.sluice.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.LoggedLines;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.HubChannels;
import dev.sluice.core.log.NotPublishedException;
import dev.sluice.core.log.UnknownOutcomeException;
import dev.sluice.server.Await;
import dev.sluice.server.audit.Audit;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// The audit log, as an admin reads it.
final class AuditTest {
    @AutoClose
    private final AuthTestHub hub = new AuthTestHub();

    private String audit(String channel, int events) {
        Await.that(() -> hub.log.channel(new ChannelName(channel)).events() == events);
        return hub.as(hub.admin, "GET", "/channels/" + channel + "?as=json&after=earliest", "")
                .body();
    }

    @Test
    void recordsWhoDeletedClosedErasedOrRevokedWhatAndFromWhere() {
        String alice = hub.token("alice");
        hub.as(alice, "POST", "/channels/news?key=k", "1");
        hub.as(hub.admin, "DELETE", "/channels/news?key=k", "");
        hub.as(alice, "POST", "/channels/news?close=true", "");
        hub.as(hub.admin, "DELETE", "/channels/news", "");
        hub.revoke("{\"sub\": \"alice\"}");
        String events = audit("$audit", 5);
        String ops = "\"by\":\"ops\",\"kid\":\"ops\",\"address\":\"127.0.0.1\"";
        assertThat(events)
                .containsSubsequence(
                        "\"type\":\"started\"",
                        "\"configuration\":\"sha256:test\"",
                        "\"type\":\"erased\"",
                        ops + ",\"channel\":\"news\",\"events\":\"key=k\"",
                        "\"type\":\"closed\"",
                        "\"by\":\"alice\",\"kid\":\"shop\",\"address\":\"127.0.0.1\",\"channel\":\"news\"",
                        "\"type\":\"deleted\"",
                        ops + ",\"channel\":\"news\"",
                        "\"type\":\"revoked\"",
                        ops + ",\"claim\":\"sub\",\"value\":\"alice\"");
        assertThat(events).doesNotContain(alice, hub.admin);
    }

    @Test
    void recordsADeletionOfManyChannelsOnce() {
        String alice = hub.token("alice");
        for (int i = 0; i < 3; i++) hub.as(alice, "POST", "/channels/rooms/" + i, "1");
        assertThat(hub.as(alice, "DELETE", "/channels?match=rooms/*&expect=3", "")
                        .statusCode())
                .isEqualTo(403);
        assertThat(hub.as(hub.admin, "DELETE", "/channels?match=rooms/*&expect=3", "")
                        .body())
                .contains("{\"matched\":3,\"deleted\":3}");
        assertThat(audit("$audit", 2)).contains("\"type\":\"deleted\"", "\"channel\":\"rooms/*\",\"count\":3");
    }

    @Test
    void recordsADeletionOfManyChannelsAlsoIfOneFails() {
        String alice = hub.token("alice");
        for (int i = 0; i < 3; i++) hub.as(alice, "POST", "/channels/rooms/" + i, "1");
        hub.undeletable.add(new ChannelName("rooms/1"));
        var answer = hub.as(hub.admin, "DELETE", "/channels?match=rooms/*&expect=3", "");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
        assertThat(answer.body()).contains("No majority. At least 2 of 3 channels are deleted");
        assertThat(audit("$audit", 2)).contains("\"type\":\"deleted\"", "\"channel\":\"rooms/*\",\"count\":2");
    }

    @Test
    void recordsWhoDrainedTheHub() {
        assertThat(hub.as(hub.token("alice"), "POST", "/drain?over=60", "").statusCode())
                .isEqualTo(403);
        assertThat(hub.send("POST", "/drain?over=60", "").statusCode()).isEqualTo(401);
        assertThat(hub.send("GET", "/readyz", "").statusCode()).isEqualTo(200);
        assertThat(hub.as(hub.admin, "POST", "/drain?over=60", "").statusCode()).isEqualTo(202);
        assertThat(audit("$audit", 2)).contains("\"type\":\"drained\"", "\"by\":\"ops\"", "\"seconds\":60");
    }

    @Test
    void recordsNothingForADeletionOfNothing() {
        hub.as(hub.admin, "DELETE", "/channels/news", "");
        hub.revoke("{\"sub\": \"alice\"}");
        assertThat(audit("$audit", 2)).doesNotContain("deleted");
    }

    @Test
    void countsRefusalsByAddressAndMinute() {
        String alice = hub.token("alice");
        for (int i = 0; i < 50; i++) hub.as(alice, "DELETE", "/channels/secret", "");
        for (int i = 0; i < 50; i++) hub.read(alice + "x");
        assertThat(hub.log.channel(HubChannels.REFUSALS).events()).isZero();
        hub.now.set(hub.now.get().plus(Duration.ofMinutes(1)));
        String events = audit("$audit/refusals", 1);
        assertThat(events)
                .contains("\"address\":\"127.0.0.1\",\"count\":100,\"minute\":\"2026-11-22T12:00:00.000Z\"")
                .contains("a credential that is not valid")
                .doesNotContain(alice);
        assertThat(audit("$audit", 1)).as("a flood reaches the counts only").contains("started");
    }

    @Test
    void recordsTheRefusalsOfTheLastMinuteWhenTheHubStops() {
        hub.read("junk");
        hub.restart();
        assertThat(audit("$audit/refusals", 1)).contains("\"count\":1");
        assertThat(audit("$audit", 2)).contains("started");
    }

    @Test
    void recordsAStartWithoutALeaderOnceThereIsOne() {
        try (var logged = new LoggedLines(Audit.class)) {
            hub.appendFailure = new NotPublishedException("no leader yet");
            hub.restart();
            int first = hub.appends.get();
            Await.that(() -> hub.appends.get() > first + 2);
            hub.appendFailure = null;
            assertThat(audit("$audit", 2)).containsSubsequence("\"type\":\"started\"", "\"type\":\"started\"");
            assertThat(logged.lines("no leader yet"))
                    .containsExactly("audit events wait until the log accepts them: no leader yet");
        }
    }

    @Test
    void recordsAnEventOfUnknownOutcomeOnce() {
        hub.appendFailure = new UnknownOutcomeException("no answer in time");
        hub.restart();
        int first = hub.appends.get();
        Await.that(() -> hub.appends.get() > first + 2);
        assertThat(hub.log.channel(HubChannels.AUDIT).events()).isEqualTo(2);
    }

    @Test
    void isForAdminsOnlyAndNeverMatchedByWildcards() {
        String alice = hub.token("alice");
        assertThat(hub.as(alice, "GET", "/channels/$audit?as=json", "").statusCode())
                .isEqualTo(403);
        assertThat(hub.as(alice, "GET", "/channels/$audit/**?as=json", "").statusCode())
                .isEqualTo(403);
        assertThat(hub.as(hub.admin, "DELETE", "/channels/$audit", "").body()).contains("reserved-name");
        assertThat(hub.as(hub.admin, "GET", "/channels/**?as=json&after=earliest", "")
                        .body())
                .contains("\"events\":[]");
    }
}
