package dev.sluice.server.transport;

import static dev.sluice.server.transport.SubscribeRequests.from;
import static dev.sluice.server.transport.SubscribeRequests.parse;
import static dev.sluice.server.transport.SubscribeRequests.refused;
import static dev.sluice.server.transport.SubscribeRequests.sse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.SubscriptionSpec.From;
import dev.sluice.core.log.Start;
import dev.sluice.server.http.head.Requests;
import dev.sluice.server.page.ChannelPage;
import dev.sluice.server.subscribe.Envelope;
import dev.sluice.server.subscribe.HeartbeatForm;
import dev.sluice.server.subscribe.SubscribeRequest;
import dev.sluice.server.subscribe.SubscribeRequest.Errors;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SubscribeRequestTest {
    @Test
    void startsAtTheHeadExceptAPollThatReturnsTheNewest() {
        assertThat(from("_=1")).isEqualTo(new From.At(new Start.Latest()));
        assertThat(parse(Requests.get("/channels/x")).subscription().from())
                .isEqualTo(new From.At(new Start.Last(100)));
        assertThat(parse(Requests.get("/channels/x?limit=7")).subscription().from())
                .isEqualTo(new From.At(new Start.Last(7)));
        assertThat(parse(Requests.get("/channels/x?wait=5")).subscription().from())
                .isEqualTo(new From.At(new Start.Latest()));
    }

    @Test
    void startsWhereTheUrlSays() {
        assertThat(from("after=earliest")).isEqualTo(new From.At(new Start.Earliest()));
        assertThat(from("after=latest")).isEqualTo(new From.At(new Start.Latest()));
        assertThat(from("after=k3f-1042")).isEqualTo(new From.Resume("k3f-1042"));
        assertThat(from("last=0")).isEqualTo(new From.At(new Start.Last(0)));
        assertThat(from("snapshot=true")).isEqualTo(new From.Snapshot());
        assertThat(from("snapshot=false&last=3")).isEqualTo(new From.At(new Start.Last(3)));
    }

    @ParameterizedTest
    @CsvSource({
        "10m,2026-11-20T07:50:00Z",
        "90s,2026-11-20T07:58:30Z",
        "2h,2026-11-20T06:00:00Z",
        "1d,2026-11-19T08:00:00Z",
        "0s,2026-11-20T08:00:00Z",
        "999999999d,1970-01-01T00:00:00Z",
        "2026-11-20T07:00:00Z,2026-11-20T07:00:00Z",
        "2026-11-20T07:00:00.123Z,2026-11-20T07:00:00.123Z",
        "2026-11-20T08:00:00+01:00,2026-11-20T07:00:00Z",
        "2026-11-20T08:00:00%2B01:00,2026-11-20T07:00:00Z",
        "2026-11-20t07:00:00z,2026-11-20T07:00:00Z",
        "2026-11-20%2007:00:00Z,2026-11-20T07:00:00Z",
        "1969-01-01T00:00:00Z,1970-01-01T00:00:00Z"
    })
    void parsesDurationsAndInstantsInSince(String since, Instant expected) {
        assertThat(from("since=" + since)).isEqualTo(new From.At(new Start.Since(expected.toEpochMilli())));
    }

    @Test
    void prefersLastEventIdToTheUrl() {
        for (String query :
                new String[] {"_=1", "after=earliest", "since=10m", "last=5", "snapshot=true", "after=a-1"}) {
            assertThat(from(query, "Last-Event-ID", "b-2")).isEqualTo(new From.Resume("b-2"));
        }
        assertThat(from("last=5", "Last-Event-ID", "")).isEqualTo(new From.At(new Start.Last(5)));
    }

    @Test
    void pagesBackWithPollsOnly() {
        SubscribeRequest back = parse(Requests.get("/channels/x?before=k3f-7&limit=5", "Last-Event-ID", "k3f-9"));
        Cursor before = Cursor.parse("k3f-7").orElseThrow();
        assertThat(back.before()).isEqualTo(before);
        assertThat(back.subscription().from()).isEqualTo(new From.At(new Start.Before(before, 6)));
        assertThat(refused(Requests.get("/channels/x?before=k3f-7&wait=5")).field())
                .isEqualTo("before");
        assertThat(refused(Requests.get("/channels/x?before=k3f-7&as=sse")).field())
                .isEqualTo("before");
    }

    @Test
    void parsesEveryParameter() {
        SubscribeRequest request = sse("/channels?name=a&name=b/*&name=c/**&name=a&type=x,y&conflate=true&coalesce=true"
                + "&gap=fail&heartbeat=20,event&padding=2048&errors=event&envelope=raw");
        assertThat(request.subscription().selection().patterns()).hasToString("[a, b/*, c/**]");
        assertThat(request.subscription().types()).containsExactlyInAnyOrder("x", "y");
        assertThat(request.subscription().conflate()).isTrue();
        assertThat(request.subscription().coalesce()).isTrue();
        assertThat(request.subscription().gapFails()).isTrue();
        assertThat(request.heartbeat()).isEqualTo(Duration.ofSeconds(20));
        assertThat(request.heartbeatForm()).isEqualTo(HeartbeatForm.EVENT);
        assertThat(request.paddingBytes()).isEqualTo(2048);
        assertThat(request.errors()).isEqualTo(Errors.EVENT);
        assertThat(request.envelope()).isEqualTo(Envelope.RAW);
        assertThat(request.channels().isSingle()).isFalse();
    }

    @Test
    void hasDefaults() {
        SubscribeRequest request = sse("/channels/a/b%2Fc");
        assertThat(request.channels().isSingle()).isTrue();
        assertThat(request.subscription().selection().patterns()).hasToString("[a/b/c]");
        assertThat(request.subscription().types()).isEmpty();
        assertThat(request.subscription().conflate()).isFalse();
        assertThat(request.subscription().coalesce()).isFalse();
        assertThat(request.subscription().gapFails()).isFalse();
        assertThat(request.heartbeat()).isEqualTo(Duration.ofSeconds(15));
        assertThat(request.heartbeatForm()).isEqualTo(HeartbeatForm.BLOCK);
        assertThat(request.paddingBytes()).isZero();
        assertThat(request.errors()).isEqualTo(Errors.USUAL);
        assertThat(parse(Requests.get("/channels/x?wait=60")).waitTime()).isEqualTo(Duration.ofMinutes(1));
        assertThat(sse("/channels/x?heartbeat=event").heartbeatForm()).isEqualTo(HeartbeatForm.EVENT);
        assertThat(sse("/channels/x?heartbeat=30,field").heartbeatForm()).isEqualTo(HeartbeatForm.FIELD);
    }

    @Test
    void choosesTheEnvelopeByTransportAndSelection() {
        assertThat(sse("/channels/x").envelope()).isEqualTo(Envelope.RAW);
        assertThat(sse("/channels/x/*").envelope()).isEqualTo(Envelope.JSON);
        assertThat(sse("/channels?name=x&name=y").envelope()).isEqualTo(Envelope.JSON);
        assertThat(sse("/channels?name=x&name=x").envelope()).isEqualTo(Envelope.RAW);
        assertThat(sse("/channels/x?envelope=json").envelope()).isEqualTo(Envelope.JSON);
        assertThat(parse(Requests.get("/channels/x?as=text")).envelope()).isEqualTo(Envelope.RAW);
        assertThat(parse(Requests.get("/channels/x?as=ndjson&envelope=json")).envelope())
                .isEqualTo(Envelope.JSON);
        assertThat(webSocket("/channels/x").envelope()).isEqualTo(Envelope.JSON);
        assertThat(webSocket("/channels/x?envelope=raw").envelope()).isEqualTo(Envelope.RAW);
    }

    @Test
    void endsAtAGapInFormatsThatCannotReportIt() {
        assertThat(parse(Requests.get("/channels/x?as=text")).subscription().gapFails())
                .isTrue();
        assertThat(webSocket("/channels/x?envelope=raw").subscription().gapFails())
                .isTrue();
        assertThat(webSocket("/channels/x").subscription().gapFails()).isFalse();
    }

    private static SubscribeRequest webSocket(String target) {
        return parse(Requests.get(target, "Upgrade", "websocket", "Connection", "Upgrade"));
    }

    @Test
    void addsThePresenceChannelOfEachChannel() {
        SubscribeRequest request = webSocket("/channels/a/b?presence=true&type=x");
        assertThat(request.subscription().selection().patterns()).hasToString("[a/b, $presence/a/b]");
        assertThat(request.subscription().types()).containsExactlyInAnyOrder("x", "presence");
        assertThat(request.channels().isSingle()).isTrue();
        assertThat(sse("/channels/x?presence=true").envelope()).isEqualTo(Envelope.JSON);
        assertThat(sse("/channels/x?presence=true").subscription().types()).isEmpty();
    }

    @Test
    void acceptsTheParametersThatAPagePassesOn() {
        assertThat(parse(
                                Requests.get(
                                        "/channels/x?after=earliest&heartbeat=10,event&padding=9&limit=3&errors=event&join=true&client=a&as=html"))
                        .transport())
                .isEqualTo(ChannelPage.SPEC);
        assertThat(refused(Requests.get("/channels/x?limt=3", "Accept", "text/html"))
                        .field())
                .isEqualTo("limt");
    }
}
